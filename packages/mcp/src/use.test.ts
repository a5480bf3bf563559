import { cancellation, causeOf, outcomeOf, RejectedError, withCall } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { handlerTableOf } from './internals.ts'
import { lines } from './fixtures/lines.ts'
import { undo, use } from './use.ts'

const text = (value: string) => ({ content: [{ type: 'text', text: value }] })
const echo = { inputSchema: z.object({ q: z.string() }), annotations: { readOnlyHint: true } }

const recorder = () => {
  const calls: Call[] = []
  const middleware: Middleware = (call, next) => {
    calls.push(call)
    return next(call)
  }
  return { calls, middleware, operations: () => calls.map((call) => call.operation) }
}

describe.each(lines)('use on SDK $name', ({ mcpServer, lowLevel, connect }) => {
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

  it('keeps the error that the SDK turned into an isError result', async () => {
    const thrown = new Error('database is down')
    const seen: unknown[] = []
    const watch: Middleware = async (call, next) => {
      const result = await next(call)
      seen.push(causeOf(call), causeOf(result), outcomeOf(result))
      return result
    }
    const server = mcpServer()
    server.registerTool('before', echo, async () => {
      throw thrown
    })
    use(server, watch)
    server.registerTool('sync', { inputSchema: z.object({}) }, () => {
      throw thrown
    })
    const client = await connect(server)
    expect(await client.callTool({ name: 'before', arguments: { q: '' } })).toMatchObject({ isError: true })
    expect(await client.callTool({ name: 'sync', arguments: {} })).toMatchObject({ isError: true })
    expect(seen).toEqual([thrown, thrown, 'failed', thrown, thrown, 'failed'])
  })

  it('knows no cause of a result that the tool itself marked, nor of a validation error', async () => {
    const outcomes: string[] = []
    const server = use(mcpServer(), async (call, next) => {
      const result = await next(call)
      outcomes.push(outcomeOf(result))
      return result
    })
    server.registerTool('echo', echo, () => ({ ...text('no'), isError: true }))
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    await client.callTool({ name: 'echo', arguments: { q: 1 } })
    expect(outcomes).toEqual(['toolError', 'toolError'])
  })

  it('answers a refusal of a tool call as a result that a model can read', async () => {
    const server = use(mcpServer(), () =>
      Promise.reject(new RejectedError('The server is busy.', { code: 'ERR_QUEUE_FULL', retryAfterMs: 250 })),
    )
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    expect(await client.callTool({ name: 'echo', arguments: { q: 'a' } })).toMatchObject({
      ...text('The server is busy.'),
      isError: true,
      _meta: { 'millrace/reason': 'queue_full', 'millrace/retryAfterMs': 250 },
    })
    await expect(client.listTools()).rejects.toMatchObject({
      code: 1503,
      data: { reason: 'queue_full', retryAfterMs: 250 },
    })
  })

  it('answers a refusal as an error where the author wants errors', async () => {
    const refused = new RejectedError('Too fast.', { code: 'ERR_RATE_LIMITED', retryAfterMs: 9 })
    const server = use(mcpServer(), { errors: 'error' }, () => Promise.reject(refused))
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toMatchObject({
      code: 1429,
      data: { reason: 'rate_limited', retryAfterMs: 9 },
    })
  })

  it.each([undefined, null, 'a string', 7])('answers, whatever is thrown: %s', async (thrown) => {
    const server = use(mcpServer(), async () => {
      throw thrown
    })
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toMatchObject({ code: -32603 })
  })

  it('answers with an error when a middleware forgets to return', async () => {
    const server = use(mcpServer(), (async () => {}) as unknown as Middleware)
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toThrow(
      'tools/call was answered with undefined',
    )
  })

  it('says so when next gets a call that no door made', async () => {
    const server = use(mcpServer(), (call, next) => next({ ...call }))
    server.registerTool('echo', echo, () => text('never'))
    const client = await connect(server)
    await expect(client.callTool({ name: 'echo', arguments: { q: 'a' } })).rejects.toThrow(
      'change a call with withCall',
    )
  })

  it('lets initialize and ping pass untouched', async () => {
    const server = use(mcpServer(), () => Promise.reject(new Error('refused')))
    server.registerTool('echo', echo, () => text('never'))
    await expect(connect(server)).resolves.toBeDefined()
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

  it('takes off only the middleware given to undo', async () => {
    const [kept, gone] = [recorder(), recorder()]
    const server = use(mcpServer(), kept.middleware, gone.middleware)
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    undo(server, gone.middleware)
    const client = await connect(server)
    await client.callTool({ name: 'echo', arguments: { q: 'a' } })
    expect([kept.calls.length, gone.calls.length]).toEqual([1, 0])
  })

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
    const seen = recorder()
    const server = use(mcpServer(), seen.middleware)
    server.registerTool('echo', echo, ({ q }) => text(String(q)))
    const client = await connect(server)
    for (const name of ['no such tool', '__proto__', 'constructor'])
      await client.callTool({ name, arguments: {} }).catch(() => {})
    expect(new Set(seen.operations())).toEqual(new Set(['tools/call (unknown)']))
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
  ])('says what it expected when it is not given a server: %s', (value, got) => {
    expect(() => use(value as never)).toThrow(got)
  })

  it.each([
    [[[]], 'middleware 1 must be a function (call, next) => …, got an array (spread it: ...chain)'],
    [[{ clock: 1 }], 'use.clock must be a clock (with now, after), got 1'],
    [[{ error: 'x' }], 'use.error is not an option; did you mean errors?'],
    [[{}, {}], 'middleware 1 must be a function (call, next) => …, got object'],
  ])('says which argument is wrong', (given, message) => {
    expect(() => use(mcpServer(), ...(given as never[]))).toThrow(message)
  })
})
