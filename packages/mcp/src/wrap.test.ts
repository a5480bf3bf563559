import { RejectedError, withCall } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { lines } from './fixtures/lines.ts'
import { recorder, text } from './fixtures/recorder.ts'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

const schema = { inputSchema: z.object({ q: z.string().default('none') }), annotations: { readOnlyHint: true } }

describe.each(lines)('wrap on SDK $name', ({ name: line, mcpServer, connect }) => {
  it('puts middleware around one tool, with the arguments as the SDK parsed them', async () => {
    const seen = recorder()
    const server = mcpServer()
    server.registerTool(
      'search',
      schema,
      wrap({ name: 'search' }, seen.middleware)(async ({ q }: { q?: string }) => text(String(q))),
    )
    server.registerTool('other', schema, () => text('other'))
    const client = await connect(server)
    expect(await client.callTool({ name: 'search', arguments: {} })).toMatchObject(text('none'))
    await client.callTool({ name: 'other', arguments: {} })
    expect(seen.calls).toHaveLength(1)
    expect(seen.calls[0]).toMatchObject({
      method: 'tools/call',
      operation: 'tools/call search',
      input: { q: 'none' },
      isWrapped: true,
    })
  })

  it("takes name, traits and revision from the server's own call when it has use", async () => {
    const seen = recorder()
    const server = use(mcpServer(), (call, next) => next(withCall(call, { deadline: 77 })))
    server.registerTool(
      'search',
      schema,
      wrap(seen.middleware)(async () => text('found')),
    )
    const client = await connect(server)
    await client.callTool({ name: 'search', arguments: {} })
    expect(seen.calls[0]).toMatchObject({
      operation: 'tools/call search',
      target: 'search',
      deadline: 77,
      traits: { readOnly: true },
    })
    expect(seen.calls[0]?.isUnnamed).toBe(false)
    expect(seen.calls[0]?.revision).toContain('fixture@1.0.0')
  })

  it('knows a tool made for every request again, and its helpers by themselves', async () => {
    const seen = recorder()
    const around = wrap(seen.middleware)
    const loader = (table: string) => async (_args: object, _context: unknown) => text(table)
    const make = () => {
      const server = use(mcpServer())
      const [users, orders] = [around(loader('users')), around(loader('orders'))]
      const tool = wrap()(
        around(async (args: object, context: unknown) => {
          await users(args, context)
          return orders(args, context)
        }),
      )
      server.registerTool('search', schema, tool)
      return server
    }
    for (const server of [make(), make()]) await (await connect(server)).callTool({ name: 'search', arguments: {} })
    const [tool, users, orders, toolAgain, usersAgain] = seen.calls.map((call) => call.revision)
    expect(tool).toBe(toolAgain)
    expect(new Set([tool, users, orders, usersAgain]).size).toBe(4)
    expect(seen.calls.map((call) => call.isUnnamed)).toEqual([false, true, true, false, true, true])
  })

  it('wraps prompts and resources', async () => {
    const seen = recorder()
    const server = mcpServer()
    server.registerPrompt(
      'ask',
      {},
      wrap({ name: 'ask', method: 'prompts/get' }, seen.middleware)(async () => ({ messages: [] })),
    )
    server.registerResource(
      'city',
      'atlas://city/1',
      {},
      wrap(seen.middleware)(async (uri: URL) => ({ contents: [{ uri: uri.href, text: 'x' }] })),
    )
    const client = await connect(server)
    await client.getPrompt({ name: 'ask' })
    await client.readResource({ uri: 'atlas://city/1' })
    expect(seen.calls.map((call) => call.method)).toEqual(['prompts/get', 'resources/read'])
    expect(seen.calls[1]).toMatchObject({ target: 'atlas://city/1', input: { uri: 'atlas://city/1' } })
  })

  it('answers a refusal as an isError result, alone and under use', async () => {
    const refuse: Middleware = () =>
      Promise.reject(new RejectedError('Not now.', { code: 'ERR_OPEN', retryAfterMs: 5 }))
    for (const server of [mcpServer(), use(mcpServer())]) {
      server.registerTool(
        'search',
        schema,
        wrap(refuse)(async () => text('never')),
      )
      const client = await connect(server)
      expect(await client.callTool({ name: 'search', arguments: {} })).toMatchObject({
        ...text('Not now.'),
        isError: true,
        _meta: { 'millrace/reason': 'open', 'millrace/retryAfterMs': 5 },
      })
    }
  })

  it('gives the handler changed input and a context with the changed signal', async () => {
    const seen: unknown[] = []
    const change: Middleware = (call, next) => next(withCall(call, { input: { q: 'changed' } }))
    const server = mcpServer()
    server.registerTool(
      'search',
      schema,
      wrap(change)(async ({ q }: { q?: string }, context: unknown) => {
        seen.push(q, (line === 'v1' ? 'requestId' : 'mcpReq') in (context as object))
        return text('x')
      }),
    )
    const client = await connect(server)
    await client.callTool({ name: 'search', arguments: { q: 'a' } })
    expect(seen).toEqual(['changed', true])
  })
})

describe('wrap', () => {
  it('keeps `this` and takes the name of a method it decorates', async () => {
    const seen = recorder()
    const place = { context: { kind: 'method', name: 'search' } as ClassMethodDecoratorContext }
    const owner = { answer: 'mine' }
    const wrapped = wrap(seen.middleware)(async function (this: typeof owner) {
      return text(this.answer)
    }, place.context)
    expect(await wrapped.call(owner)).toEqual(text('mine'))
    expect(seen.calls[0]?.operation).toBe('tools/call search')
  })

  it('never takes two functions for one: not by the same name, not by the same text', async () => {
    const seen = recorder()
    const around = wrap(seen.middleware)
    const make = (value: string) =>
      async function handler() {
        return text(value)
      }
    for (const wrapped of [around(make('one')), around(make('two'))]) await wrapped()
    expect(seen.calls[0]?.revision).not.toBe(seen.calls[1]?.revision)
    expect(seen.calls.map((call) => [call.operation, call.isUnnamed])).toEqual([
      ['tools/call handler', true],
      ['tools/call handler', true],
    ])
  })

  it('never takes one method of two objects for one, and knows it again on the same', async () => {
    const seen = recorder()
    const method = wrap(seen.middleware)(async () => text('x'))
    const [first, second] = [{ method }, { method }]
    await first.method()
    await first.method()
    await second.method()
    const [one, again, other] = seen.calls.map((call) => call.revision)
    expect([one === again, one === other]).toEqual([true, false])
  })

  it('trusts the name it is given', async () => {
    const seen = recorder()
    for (const handler of [async () => text('a'), async () => text('b')])
      await wrap({ name: 'same' }, seen.middleware)(handler)()
    expect(seen.calls[0]?.revision).toBe(seen.calls[1]?.revision)
  })

  it('passes what a handler throws through with its identity', async () => {
    const error = new Error('own')
    const failing = wrap()(async () => {
      throw error
    })
    await expect(failing()).rejects.toBe(error)
  })

  it.each([
    [() => wrap({ nam: 'x' } as never), 'wrap.nam is not an option; did you mean name?'],
    [
      () => wrap(Promise.resolve(() => {}) as never),
      'wrap: expected options { name, method } or a middleware first, got a promise (await it first)',
    ],
    [() => wrap('cached' as never), 'wrap: middleware 1 must be a function (call, next) => …, got a string'],
    [() => wrap()({} as never), 'wrap: expected a handler function, got an object'],
    [
      () => wrap({ method: 'tools/list' as never }),
      "wrap.method must be 'tools/call', 'prompts/get' or 'resources/read', got 'tools/list'",
    ],
  ])('says which argument is wrong', (make, message) => {
    expect(make).toThrow(message)
  })
})
