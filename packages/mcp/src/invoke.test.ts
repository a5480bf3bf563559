import { withCall } from '@millrace/core'
import type { Call } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { invoke } from './invoke.ts'
import type { InvokeOptions } from './invoke.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

const config = { inputSchema: z.object({ q: z.string() }) }

describe.each(lines)('invoke on SDK $name', ({ mcpServer }) => {
  it('runs a request through the chain and the handler, without a client', async () => {
    const seen: unknown[] = []
    const server = use(mcpServer(), (call, next) => {
      seen.push(call.operation, call.principal)
      return next(call)
    })
    server.registerTool('echo', config, ({ q }) => ({ content: [{ type: 'text', text: String(q) }] }))
    const request = { method: 'tools/call', params: { name: 'echo', arguments: { q: 'a' } } }
    expect(await invoke(server, request)).toMatchObject({ content: [{ type: 'text', text: 'a' }] })
    await invoke(server, request, { authInfo: { token: 't', extra: { iss: 'i', sub: 's' } } })
    expect(seen).toEqual(['tools/call echo', undefined, 'tools/call echo', '["i","s"]'])
  })

  it('reads resources and prompts, and lists', async () => {
    const server = use(mcpServer())
    server.registerResource('r', 'x://1', {}, (uri) => ({ contents: [{ uri: uri.href, text: 'x' }] }))
    server.registerPrompt('ask', {}, () => ({ messages: [] }))
    expect(await invoke(server, { method: 'resources/read', params: { uri: 'x://1' } })).toMatchObject({
      contents: [{ text: 'x' }],
    })
    expect(await invoke(server, { method: 'prompts/get', params: { name: 'ask' } })).toMatchObject({ messages: [] })
    expect(await invoke(server, { method: 'prompts/list' })).toMatchObject({ prompts: [{ name: 'ask' }] })
  })

  it('has a notification go nowhere and a question to the client fail', async () => {
    const server = use(mcpServer(), async (call, next) => {
      await call.notify({ method: 'notifications/message', params: {} })
      return next(call)
    })
    server.registerTool('ask', config, async (_args, context) => {
      const ask = (context as { sendRequest?: () => Promise<never> }).sendRequest
      return { content: [{ type: 'text', text: await ask?.().catch((error: Error) => error.message) }] }
    })
    const result = await invoke(server, { method: 'tools/call', params: { name: 'ask', arguments: { q: '' } } })
    expect(result).toMatchObject({ content: [{ text: 'There is no client to ask: the request was made by invoke' }] })
  })

  it('says which method has no handler', async () => {
    await expect(invoke(mcpServer(), { method: 'tools/call' })).rejects.toMatchObject({
      message: 'invoke: the server has no handler for tools/call',
      code: -32601,
    })
  })

  describe('given a call', () => {
    const echo = (call: Call, options: InvokeOptions = {}) => {
      const request = { method: 'tools/call', params: { name: 'echo', arguments: { q: 'b' } } }
      return invoke(call, request, options)
    }
    /** A server whose tool `outer` is answered by calling its tool `echo`, and every call that its chain sees. */
    const outerOf = (options: InvokeOptions = {}) => {
      const calls: Call[] = []
      const contexts: unknown[] = []
      const server = use(mcpServer(), (call, next) => {
        calls.push(call)
        return call.target === 'outer' ? echo(withCall(call, { deadline: 5 }), options) : next(call)
      })
      server.registerTool('echo', config, ({ q }, context) => {
        contexts.push(context)
        return { content: [{ type: 'text', text: `echo ${String(q)}` }] }
      })
      return { server, calls, contexts }
    }

    it('sends the request to the server of that call, as its caller and cancelled with it', async () => {
      const { server, calls, contexts } = outerOf()
      const controller = new AbortController()
      const answer = await invoke(
        server,
        { method: 'tools/call', params: { name: 'outer', _meta: { progressToken: 1 } } },
        { authInfo: { token: 't', extra: { iss: 'i', sub: 's' } }, signal: controller.signal },
      )
      expect(answer).toMatchObject({ content: [{ text: 'echo b' }] })
      expect(calls.map(({ operation }) => operation)).toEqual(['tools/call (unknown)', 'tools/call echo'])
      expect(calls.map(({ principal }) => principal)).toEqual(['["i","s"]', '["i","s"]'])
      expect(calls[1]?.deadline).toBe(Infinity)
      controller.abort()
      expect(calls[1]?.signal.aborted).toBe(true)
      const context = contexts[0] as { _meta?: unknown; mcpReq?: { _meta?: unknown } }
      expect((context.mcpReq ?? context)._meta).toBeUndefined()
    })

    it('takes another signal for it', async () => {
      const { signal } = new AbortController()
      const { server, calls } = outerOf({ signal })
      await invoke(server, { method: 'tools/call', params: { name: 'outer' } })
      expect(calls[1]?.signal).toBe(signal)
    })

    it('finds the server of a wrapped handler, where that has one', async () => {
      const server = use(mcpServer())
      const around = wrap((call) => echo(call))
      server.registerTool('echo', config, ({ q }) => ({ content: [{ type: 'text', text: `echo ${String(q)}` }] }))
      server.registerTool(
        'outer',
        config,
        around(async () => ({ content: [] })),
      )
      const request = { method: 'tools/call', params: { name: 'outer', arguments: { q: 'a' } } }
      expect(await invoke(server, request)).toMatchObject({ content: [{ text: 'echo b' }] })
    })

    it.each([
      ['search', "got 'search'"],
      [undefined, 'got undefined'],
      [{ name: 'search' }, 'got a plain object'],
    ])('says so when it is given no request: %s', async (request, got) => {
      const message = `invoke: expected a request such as { method: 'tools/call', params: { name: 'search' } }, ${got}`
      await expect(invoke(mcpServer(), request as never)).rejects.toThrow(new TypeError(message))
    })

    it('says so when the call came through no server', async () => {
      const alone = wrap({ name: 'alone' }, (call) => echo(call))(async () => ({ content: [] }))
      const message = 'invoke: the call came through no use(server, …), so its server is not known'
      await expect(alone()).rejects.toThrow(new TypeError(message))
      await expect(invoke(fakeCall(), { method: 'tools/list' })).rejects.toThrow(new TypeError(message))
    })
  })
})
