import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { cancellation, causeOf, chain, withCall } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { handlerTableOf } from './internals.ts'
import { lines } from './fixtures/lines.ts'
import { echo, recorder, text } from './fixtures/recorder.ts'
import { undo, use } from './use.ts'

describe.each(lines)('use on SDK $name', ({ mcpServer, connect }) => {
  it('returns the server', () => {
    const server = mcpServer()
    expect(use(server)).toBe(server)
  })

  it('covers handlers registered before and after', async () => {
    const seen = recorder()
    const server = mcpServer()
    server.registerTool('before', echo, ({ q }) => text(String(q)))
    use(server, seen.middleware)
    server.registerTool('after', echo, ({ q }) => text(String(q)))
    server.registerPrompt('ask', {}, () => ({ messages: [] }))
    const client = await connect(server)
    await client.callTool({ name: 'before', arguments: { q: 'a' } })
    await client.callTool({ name: 'after', arguments: { q: 'b' } })
    await client.getPrompt({ name: 'ask' })
    await client.listTools()
    expect(seen.operations()).toEqual(['tools/call before', 'tools/call after', 'prompts/get ask', 'tools/list'])
  })

  it('shows the call as it is', async () => {
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' }, _meta: { traceparent: 'x' } })
    const [call] = seen.calls
    expect(call).toMatchObject({
      method: 'tools/call',
      target: 'echo',
      input: { q: 'a' },
      principal: undefined,
      deadline: Infinity,
    })
    expect(call?.traits).toMatchObject({ readOnly: true })
    expect(call?.signal.aborted).toBe(false)
  })

  it('runs middleware outermost first, also when attached in two steps', async () => {
    const order: string[] = []
    const named =
      (name: string): Middleware =>
      async (call, next) => {
        order.push(name)
        return next(call)
      }
    const server = use(use(mcpServer(), named('a'), named('b')), named('c'))
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    expect(order).toEqual(['a', 'b', 'c'])
  })

  it('answers without the handler, changes the result, and calls the handler again', async () => {
    let runs = 0
    const server = use(mcpServer(), async (call, next) => {
      if (call.target === 'short') return text('from middleware')
      await next(call)
      return next(call)
    })
    server.registerTool('short', echo, () => text('from handler'))
    server.registerTool('twice', echo, () => {
      runs += 1
      return text(`run ${runs}`)
    })
    const client = await connect(server)
    expect(await client.callTool({ name: 'short', arguments: { q: 'a' } })).toMatchObject(text('from middleware'))
    expect(await client.callTool({ name: 'twice', arguments: { q: 'a' } })).toMatchObject(text('run 2'))
  })

  it('gives the handler the input, the signal and the notifications of a changed call', async () => {
    const seen: unknown[] = []
    const stop = cancellation()
    const server = use(mcpServer(), (call, next) =>
      next(withCall(call, { input: { q: 'changed' }, cancellation: stop })),
    )
    server.registerTool('echo', echo, ({ q }, context) => {
      const { signal } =
        (context as { mcpReq?: { signal: AbortSignal } }).mcpReq ?? (context as { signal: AbortSignal })
      seen.push(q, signal.aborted)
      stop.abort()
      seen.push(signal.aborted)
      return text(String(q))
    })
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    expect(seen).toEqual(['changed', false, true])
  })

  it('lets initialize and ping pass untouched', async () => {
    const server = use(mcpServer(), () => Promise.reject(new Error('refused')))
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    expect(await client.request('ping')).toEqual({})
    await expect(client.listTools()).rejects.toThrow('refused')
  })

  it('leaves no trace after undo', async () => {
    const seen = recorder()
    const server = mcpServer()
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    const table = handlerTableOf(server.server)
    const before = [...(table ?? [])]
    const keys = [
      Object.keys(server).toSorted(),
      Object.keys(server.server).filter((key) => key !== 'fallbackRequestHandler'),
    ]
    use(server, seen.middleware)
    expect([...(table ?? [])]).not.toEqual(before)
    undo(server)
    expect([...(table ?? [])]).toEqual(before)
    expect(Object.hasOwn(table ?? {}, 'set')).toBe(false)
    expect([
      Object.keys(server).toSorted(),
      Object.keys(server.server).filter((key) => key !== 'fallbackRequestHandler'),
    ]).toEqual(keys)
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    expect(seen.calls).toEqual([])
  })

  it('gives tools their own functions back, unless somebody has replaced them since', async () => {
    const server = use(mcpServer(), (call, next) => next(call))
    const run = ({ q }: Record<string, unknown>) => text(String(q))
    const tools = ['one', 'other'].map((name) => server.registerTool(name, echo, run)) as Array<{
      [field: string]: unknown
    }>
    const before = tools.map((tool) => ({ ...tool }))
    const client = await connect(server)
    for (const name of ['one', 'other']) await client.callTool({ name, arguments: { q: '' } })
    const field = typeof tools[1]?.['executor'] === 'function' ? 'executor' : 'handler'
    const replacement = () => text('replaced')
    Object.assign(tools[1] as object, { [field]: replacement })
    undo(server)
    expect([tools[0]?.['executor'], tools[0]?.['handler']]).toEqual([before[0]?.['executor'], run])
    expect(tools[1]?.[field]).toBe(replacement)
  })

  it('knows the tools of an McpServer whose low-level server was given first', async () => {
    const seen = recorder()
    const server = mcpServer()
    use(server.server as never, seen.middleware)
    server.registerTool('early', echo, () => text('x'))
    use(server)
    const inspected: string[] = []
    use(server, Object.assign(recorder().middleware, { inspect: () => void inspected.push('seen') }))
    server.registerTool('late', echo, () => Promise.reject(new Error('own')))
    expect(inspected).toEqual(['seen', 'seen'])
    const client = await connect(server)
    for (const name of ['early', 'late', 'none']) await client.callTool({ name, arguments: { q: '' } }).catch(() => {})
    expect(seen.calls.map((call) => [call.operation, call.traits.readOnly])).toEqual([
      ['tools/call early', true],
      ['tools/call late', true],
      ['tools/call (unknown)', undefined],
    ])
    expect(causeOf(seen.calls[1] as Call)).toMatchObject({ message: 'own' })
    undo(server)
    expect(Object.hasOwn(server, 'registerTool')).toBe(false)
  })

  it('takes off only the middleware given to undo', async () => {
    const [kept, gone] = [recorder(), recorder()]
    const server = use(mcpServer(), kept.middleware, gone.middleware)
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    undo(server, gone.middleware)
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    expect([kept.calls.length, gone.calls.length]).toEqual([1, 0])
  })

  it('covers the handler for all methods without one', async () => {
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    const protocol = server.server as { fallbackRequestHandler?: (request: { method: string }) => unknown }
    protocol.fallbackRequestHandler = ({ method }) => ({ answered: method })
    const client = await connect(server)
    expect(await client.request('custom/method')).toMatchObject({ answered: 'custom/method' })
    expect(seen.operations()).toEqual(['custom/method'])
  })

  it.each([
    [undefined, 'got undefined'],
    [null, 'got null'],
    [{}, 'got a plain object'],
    [() => mcpServer(), 'got a function (was the server meant that it makes?)'],
    [Promise.resolve(mcpServer()), 'got a promise (await it first)'],
    [new Map(), 'got an instance of Map'],
    [chain(), 'expected an McpServer or Server of'],
    [chain(), 'got a middleware'],
    [createMcpHandler(() => new McpServer({ name: 's', version: '1' })), 'got a handler of createMcpHandler (call use'],
  ])('says what it expected when it is not given a server: %s', (value, got) => {
    expect(() => use(value as never)).toThrow(got)
  })

  it('says so when the server does not come first', () => {
    for (const server of [mcpServer(), mcpServer().server]) {
      expect(() => use(chain() as never, server as never)).toThrow(
        'use: the server comes first, use(server, ...middleware); got a middleware before it',
      )
    }
  })

  it('says so when a factory was attached that makes middleware', async () => {
    const factory = () => () => Promise.resolve({})
    const server = use(mcpServer(), factory as never)
    server.registerTool('echo', echo, () => text('x'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: '' } })).rejects.toThrow(
      'a factory that was not called',
    )
  })

  it.each([
    [[[]], 'middleware 1 must be a function (call, next) => …, got an array (spread it: ...chain)'],
    [[{ clock: 1 }], 'use.clock must be a clock (with now, after), got 1'],
    [[{ error: 'x' }], 'use.error is not an option; did you mean errors?'],
    [
      [Promise.resolve(chain())],
      'use: expected options { principal, clock, errors } or a middleware first, got a promise',
    ],
    [[new Map()], 'or a middleware first, got an instance of Map'],
    [
      [chain(), Promise.resolve(chain())],
      'middleware 2 must be a function (call, next) => …, got a promise (await it first)',
    ],
    [[{}, {}], 'middleware 1 must be a function (call, next) => …, got an object'],
  ])('says which argument is wrong', (given, message) => {
    expect(() => use(mcpServer(), ...(given as never[]))).toThrow(message)
  })
})
