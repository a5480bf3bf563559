import type { Middleware } from '@millrace/core'
import { describe, expect, it, vi } from 'vitest'
import { lines } from './fixtures/lines.ts'
import type { TestServer } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { invoke } from './invoke.ts'
import { use } from './use.ts'

describe.each(lines)('what is known of a server on SDK $name', ({ mcpServer, template, lowLevel, connect }) => {
  it('covers a low-level server, and learns the traits of its tools from its own list', async () => {
    const seen = recorder()
    const tools = [{ name: 'echo', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }]
    const server = use(
      lowLevel(
        () => ({ tools }),
        ({ name }) => text(name),
      ) as never,
      seen.middleware,
    )
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: {} })
    expect(seen.calls[0]).toMatchObject({ operation: 'tools/call echo', traits: { readOnly: true } })
  })

  it('does not let a name that no tool has become a label', async () => {
    const list = () => ({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] })
    const low = lowLevel(list, ({ name }) => text(name)) as TestServer
    const high = mcpServer()
    high.registerTool('echo', echo, ({ q }) => text(String(q)))
    for (const server of [low, high]) {
      const seen = recorder()
      const client = await connect(use(server, seen.middleware))
      for (const name of ['no such tool', '__proto__', 'constructor', 'echo'])
        await client.callTool({ name, arguments: { q: '' } }).catch(() => {})
      expect(new Set(seen.operations())).toEqual(new Set(['tools/call (unknown)', 'tools/call echo']))
    }
  })

  it('does not let any number of methods become labels', async () => {
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    ;(server.server as { fallbackRequestHandler?: () => unknown }).fallbackRequestHandler = () => ({})
    const client = await connect(server)
    for (let n = 0; n < 110; n += 1) await client.request(`custom/${n}`)
    expect(new Set(seen.operations()).size).toBe(101)
    expect(seen.operations().at(-1)).toBe('(unknown)')
  })

  it('is learned on every page of the list, heard by nobody, and by nobody cancelled', async () => {
    const seen = recorder()
    const heard: unknown[] = []
    const list = async (params?: { readonly cursor?: string | undefined }, context?: unknown) => {
      const { mcpReq, sendNotification } = context as { mcpReq?: { notify: Notify }; sendNotification: Notify }
      await (mcpReq?.notify ?? sendNotification)({
        method: 'notifications/message',
        params: { level: 'info', data: 1 },
      })
      const page = Number(params?.cursor ?? 1)
      const tool = { name: `tool ${page}`, inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }
      return { tools: [tool], ...(page < 3 ? { nextCursor: String(page + 1) } : {}) }
    }
    const server = use(lowLevel(list, ({ name }) => text(name)) as TestServer, seen.middleware)
    const client = await connect(server)
    await client.callTool({ name: 'tool 3', arguments: {} }, { onprogress: (progress) => heard.push(progress) })
    expect(seen.calls[0]).toMatchObject({ operation: 'tools/call tool 3', traits: { readOnly: true } })
    expect(heard).toEqual([])
  })

  it('is learned once for servers made for each request, anew for another caller and after a change', async () => {
    const seen = recorder()
    let lists = 0
    const make = (principal: string) => {
      const list = () => {
        lists += 1
        const annotations = { readOnlyHint: principal === 'ann' }
        return { tools: [{ name: 'echo', inputSchema: { type: 'object' }, annotations }] }
      }
      const server = lowLevel(list, ({ name }) => text(name)) as Low
      return use(server, { principal: () => principal }, seen.middleware)
    }
    for (const principal of ['ann', 'ann', 'bob', 'ann'])
      await (await connect(make(principal))).callTool({ name: 'echo', arguments: {} })
    expect([lists, seen.calls.map((call) => call.traits.readOnly)]).toEqual([2, [true, true, false, true]])
    const server = make('ann')
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: {} })
    expect(lists).toBe(2)
    await server.sendToolListChanged().catch(() => {})
    await client.callTool({ name: 'echo', arguments: {} })
    expect(lists).toBe(3)
  })

  it('is learned for one server alone from callers without a name, and not when nothing is attached', async () => {
    const seen = recorder()
    let lists = 0
    const make = (...middleware: Middleware[]) => {
      const list = () => {
        lists += 1
        return { tools: [] }
      }
      return use(lowLevel(list, ({ name }) => text(name)) as TestServer, ...middleware)
    }
    const call = { method: 'tools/call', params: { name: 'echo' } }
    for (const server of [make(seen.middleware), make(seen.middleware)])
      for (let round = 0; round < 2; round += 1) await invoke(server, call, { authInfo: { token: '' } })
    expect(lists).toBe(2)
    await invoke(make(), call)
    expect(lists).toBe(2)
  })

  it('is not learned for a caller of whom the principal option says nothing sound', async () => {
    const seen = recorder()
    const server = lowLevel(
      () => ({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }),
      ({ name }) => text(name),
    ) as TestServer
    use(server, { principal: (() => 7) as never }, seen.middleware)
    await invoke(server, { method: 'tools/call', params: { name: 'echo' } })
    expect(seen.operations()).toEqual(['tools/call (unknown)'])
  })

  it('looks a URI up among the templates once for its revision', async () => {
    const matches: number[] = []
    const templated = template('x://{id}') as { readonly uriTemplate: { match(uri: string): unknown } }
    const match = vi.spyOn(templated.uriTemplate, 'match')
    const server = use(mcpServer(), (call, next) => {
      const before = match.mock.calls.length
      void call.revision
      matches.push(match.mock.calls.length - before)
      return next(call)
    })
    server.registerResource('t', templated, {}, (uri) => ({ contents: [{ uri: uri.href, text: 'x' }] }))
    await invoke(server, { method: 'resources/read', params: { uri: 'x://1' } })
    expect(matches).toEqual([1])
  })
})

type Notify = (notification: object) => Promise<void>
type Low = TestServer & { sendToolListChanged(): Promise<void> }
