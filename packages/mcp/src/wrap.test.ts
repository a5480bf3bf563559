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

  it('never takes two handlers for one: not by the same name, not without any', async () => {
    const seen = recorder()
    const around = wrap(seen.middleware)
    const one = {
      async handler() {
        return text('one')
      },
    }.handler
    const two = {
      async handler() {
        return text('two')
      },
    }.handler
    const make = () => around(async () => text('anonymous'))
    for (const wrapped of [around(one), around(two), make(), make()]) await wrapped()
    expect(new Set(seen.calls.map((call) => call.revision)).size).toBe(4)
    expect(seen.calls.map((call) => call.isUnnamed)).toEqual([false, false, true, true])
  })

  it('knows a handler again that is made for every request', async () => {
    const seen = recorder()
    const around = wrap(seen.middleware)
    const make = () =>
      async function search() {
        return text('found')
      }
    await around(make())()
    await around(make())()
    expect(seen.calls[0]?.revision).toBe(seen.calls[1]?.revision)
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
    [() => wrap('cached' as never), 'compose: middleware 1 must be a function (call, next) => …, got string'],
    [() => wrap()({} as never), 'wrap: expected a handler function, got object'],
    [
      () => wrap({ method: 'tools/list' as never }),
      "wrap.method must be 'tools/call', 'prompts/get' or 'resources/read', got 'tools/list'",
    ],
  ])('says which argument is wrong', (make, message) => {
    expect(make).toThrow(message)
  })
})
