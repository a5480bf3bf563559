import { causeOf } from '@millrace/core'
import type { Middleware, Result } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { echo, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { Versions } from './versions.ts'

/** Keeps every answer under method, target and revision, as a cache would. */
const keeping = () => {
  const kept = new Map<string, Result>()
  const middleware: Middleware = async (call, next) => {
    const key = `${call.method} ${call.target} ${call.revision}`
    const known = kept.get(key)
    if (known !== undefined) return known
    const result = await next(call)
    kept.set(key, result)
    return result
  }
  return { kept, middleware }
}

describe.each(lines)(
  'what a server runs, on SDK $name',
  ({ name: line, mcpServer, template, lowLevel, connect, replaceCall }) => {
    it('has another revision once the function of a tool, prompt or resource is updated', async () => {
      const server = use(mcpServer(), keeping().middleware)
      const messages = (value: string) => ({
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text: value } }],
      })
      const contents = (value: string) => (uri: URL) => ({ contents: [{ uri: uri.href, text: value }] })
      const tool = server.registerTool('tool', echo, () => text('old tool'))
      const prompt = server.registerPrompt('prompt', {}, () => messages('old prompt')) as typeof tool
      const resource = server.registerResource('r', 'x://1', {}, contents('old resource'))
      const templated = server.registerResource('t', template('y://{id}'), {}, contents('old template'))
      const client = await connect(server)
      const ask = async () =>
        JSON.stringify([
          await client.callTool({ name: 'tool', arguments: { q: '' } }),
          await client.getPrompt({ name: 'prompt' }),
          await client.readResource({ uri: 'x://1' }),
          await client.readResource({ uri: 'y://1' }),
        ])
      for (let round = 0; round < 2; round += 1) expect((await ask()).match(/old \w+/g)).toHaveLength(4)
      tool.update({ callback: () => text('new tool') })
      prompt.update({ callback: () => messages('new prompt') })
      resource.update({ callback: contents('new resource') })
      templated.update({ callback: contents('new template') })
      for (let round = 0; round < 2; round += 1)
        expect((await ask()).match(/(old|new) \w+/g)).toEqual([
          'new tool',
          'new prompt',
          'new resource',
          'new template',
        ])
    })

    it('has another revision for each update, also back to what was there before', async () => {
      const { kept, middleware } = keeping()
      const server = use(mcpServer(), middleware)
      const [one, other] = [() => text('one'), () => text('other')]
      const tool = server.registerTool('tool', echo, one)
      const client = await connect(server)
      for (const callback of [one, other, one]) {
        tool.update({ callback })
        expect(await client.callTool({ name: 'tool', arguments: { q: '' } })).toMatchObject(callback())
      }
      expect(kept.size).toBe(3)
    })

    it('has another revision when a tool is removed and registered anew, or parses its arguments otherwise', async () => {
      const server = use(mcpServer(), keeping().middleware)
      const run = ({ q }: Record<string, unknown>) => text(String(q))
      const schema = (fallback: string) => z.object({ q: z.string().default(fallback) })
      const first = server.registerTool('tool', { inputSchema: schema('a') }, run)
      const client = await connect(server)
      const call = () => client.callTool({ name: 'tool', arguments: {} })
      expect(await call()).toMatchObject(text('a'))
      first.update({ paramsSchema: line === 'v1' ? schema('b').shape : schema('b') })
      expect(await call()).toMatchObject(text('b'))
      first.remove()
      server.registerTool('tool', { inputSchema: schema('c') }, () => text('anew'))
      expect(await call()).toMatchObject(text('anew'))
    })

    it('has the same revision for servers made for each request, and for other changes', async () => {
      const { kept, middleware } = keeping()
      const make = () => {
        const server = use(mcpServer(), middleware)
        const tool = server.registerTool('tool', echo, () => text('first'))
        tool.update({ callback: () => text('x') })
        return { server, tool }
      }
      const { server, tool } = make()
      for (const one of [server, make().server]) {
        const client = await connect(one)
        await client.callTool({ name: 'tool', arguments: { q: '' } })
        tool.update({ title: 'A title', annotations: { readOnlyHint: true } })
        await client.callTool({ name: 'tool', arguments: { q: '' } })
      }
      expect(kept.size).toBe(1)
    })

    it('has another revision when a low-level handler that has answered is replaced', async () => {
      const server = lowLevel(
        () => ({ tools: [] }),
        () => text('old'),
      )
      use(server as never, keeping().middleware)
      replaceCall(server, () => text('before any call'))
      const client = await connect(server)
      const call = () => client.callTool({ name: 'tool', arguments: {} })
      expect(await call()).toMatchObject(text('before any call'))
      replaceCall(server, () => text('new'))
      expect(await call()).toMatchObject(text('new'))
    })

    it('keeps noting what an updated tool throws', async () => {
      const causes: unknown[] = []
      const server = use(mcpServer(), async (call, next) => {
        const result = await next(call)
        causes.push(causeOf(result))
        return result
      })
      const tool = server.registerTool('tool', echo, () => text('fine'))
      const client = await connect(server)
      await client.callTool({ name: 'tool', arguments: { q: '' } })
      const error = new Error('own')
      tool.update({ callback: () => Promise.reject(error) })
      await client.callTool({ name: 'tool', arguments: { q: '' } })
      expect(causes).toEqual([undefined, error])
    })
  },
)

describe('versions', () => {
  it('are bounded in number, and never go back when they begin anew', () => {
    const versions = new Versions()
    const registered = { handler: () => {} }
    expect(versions.of('tools/call', 'first', registered)).toBe('')
    for (let n = 0; n < 10_000; n += 1) versions.of('tools/call', `${n}`, registered)
    expect(versions.of('tools/call', 'first', registered)).not.toBe('')
  })
})
