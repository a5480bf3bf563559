import { cached } from '@millrace/cache'
import { subscribe, withCall } from '@millrace/core'
import type { CacheEvent, Middleware, Result } from '@millrace/core'
import { use, wrap } from '@millrace/mcp'
import type { UseOptions } from '@millrace/mcp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { text } from '../fixtures/world.ts'
import { header, https } from './fixtures/http.ts'
import type { Context, HttpClient } from './fixtures/http.ts'

const events: CacheEvent[] = []
let stop: () => void
beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  stop = subscribe('cache', (event) => events.push(event))
})
afterEach(() => {
  stop()
  events.length = 0
  vi.restoreAllMocks()
})

const warnings = () =>
  vi
    .mocked(process.emitWarning)
    .mock.calls.flatMap(([message, options]) =>
      (options as { code?: string }).code === 'MILLRACE_CALLER' ? [String(message)] : [],
    )
const bypassed = () => events.flatMap((event) => (event.type === 'cache.bypassed' ? [event.reason] : []))

const annotations = { readOnlyHint: true }
const inputSchema = z.object({ q: z.string() })
const textOf = (result: Result) => (result['content'] as [{ readonly text: string }])[0].text

// The process is warned once of a tool: each test has one of its own.
let tools = 0
beforeEach(() => void (tools += 1))

describe.each(https)('a handler that looks at who calls, $name', ({ serve, hasSessions }) => {
  type Look = (context: Context) => unknown
  const name = () => `tool-${hasSessions ? 's' : 'r'}-${tools}`

  const served = (look: Look, cache: Middleware, options: UseOptions = {}, door: 'use' | 'wrap' = 'use') => {
    const run = vi.fn<(args: object, context: Context) => Promise<Result>>(async (_, context) =>
      text(String(look(context))),
    )
    const connect = serve((server) => {
      const handler = door === 'wrap' ? wrap({ name: name() }, cache)(run) : run
      const config = { inputSchema, annotations }
      if (door === 'use') use(server, options, cache)
      server.registerTool(name(), config, handler)
      return server
    })
    return { connect, run }
  }
  const ask = async (client: HttpClient, q = 'mine') =>
    textOf(await client.callTool({ name: name(), arguments: { q } }))

  const looks: ReadonlyArray<readonly [string, RegExp, Look]> = [
    ...(hasSessions ? [['the session', /reads sessionId/, (context: Context) => context.sessionId] as const] : []),
    ['a header', /reads (requestInfo|http\.req)/, (context) => header(context, 'x-user-id')],
    [
      'a copy of the context',
      /reads (sessionId|requestInfo|http\.req)/,
      (context) => header({ ...context }, 'x-user-id'),
    ],
  ]

  it.each(looks)('by %s answers each caller by itself, and is a warning once', async (_, message, look) => {
    for (const door of ['use', 'wrap'] as const) {
      const { connect, run } = served(look, cached({ ttlMs: 60_000 }), {}, door)
      const [ann, bob] = await Promise.all([connect({ 'x-user-id': 'ann' }), connect({ 'x-user-id': 'bob' })])
      const first = await ask(ann)
      expect(await ask(bob)).not.toBe(first)
      expect(await ask(ann)).toBe(first)
      expect(run).toHaveBeenCalledTimes(3)
    }
    expect(bypassed()).toEqual(Array.from({ length: 6 }, () => 'caller'))
    expect(warnings()).toHaveLength(1)
    expect(warnings()[0]).toMatch(message)
    for (const remedy of [name(), 'principal:', 'varyBy:', "scope: 'public'"]) expect(warnings()[0]).toContain(remedy)
  })

  it('shares it neither with those who joined the load, nor what it threw', async () => {
    for (const fails of [false, true]) {
      const { connect, run } = served(
        (context) => {
          const user = header(context, 'x-user-id')
          if (fails) throw new Error(`not for ${String(user)}`)
          return user
        },
        cached({ ttlMs: 60_000 }),
      )
      const users = ['ann', 'bob', 'eve']
      const clients = await Promise.all(users.map((user) => connect({ 'x-user-id': user })))
      const answers = await Promise.all(clients.map((client) => ask(client)))
      expect(answers).toEqual(users.map((user) => (fails ? `not for ${user}` : user)))
      expect(run).toHaveBeenCalledTimes(3)
    }
  })

  const byUser = (call: { readonly sdk: unknown }) => header(call.sdk as Context, 'x-user-id')
  it.each<[string, Parameters<typeof cached>[0], UseOptions, string]>([
    [
      'a principal',
      { ttlMs: 60_000 },
      { principal: (_, context) => String(header(context as Context, 'x-user-id')) },
      'bob',
    ],
    ['varyBy', { ttlMs: 60_000, varyBy: byUser }, {}, 'bob'],
    ["scope: 'public'", { ttlMs: 60_000, scope: 'public' }, {}, 'ann'],
  ])('is kept where the author has said what it depends on: %s', async (_, options, doorOptions, expected) => {
    const { connect, run } = served((context) => header(context, 'x-user-id'), cached(options), doorOptions)
    const [ann, bob] = await Promise.all([connect({ 'x-user-id': 'ann' }), connect({ 'x-user-id': 'bob' })])
    expect([await ask(ann), await ask(ann), await ask(bob), await ask(bob)]).toEqual(['ann', 'ann', expected, expected])
    expect(run).toHaveBeenCalledTimes(expected === 'bob' ? 2 : 1)
    expect(warnings()).toEqual([])
  })

  it('is kept where it asks for no more than the authentication', async () => {
    const who = (context: Context) => {
      const authInfo = (context.http === undefined ? context.authInfo : context.http.authInfo) as {
        readonly token: string
      }
      return authInfo.token
    }
    const { connect, run } = served(who, cached({ ttlMs: 60_000 }))
    const auth = (token: string) => ({ token, clientId: 'c', scopes: [] })
    const [ann, bob] = await Promise.all([connect({}, auth('ann')), connect({}, auth('bob'))])
    expect([await ask(ann), await ask(ann), await ask(bob), await ask(bob)]).toEqual(['ann', 'ann', 'bob', 'bob'])
    expect(run).toHaveBeenCalledTimes(2)
    expect(bypassed()).toEqual([])
  })

  it('is found out whatever stands between the cache and the handler, and by whom inside it is no matter', async () => {
    const outer = cached({ ttlMs: 60_000 })
    const inner = cached({ ttlMs: 60_000 })
    const asks: Middleware = (call, next) => {
      // What a middleware looks at is not the handler's doing.
      header(call.sdk as Context, 'x-user-id')
      return next(call)
    }
    const handler = async (_args: object, context: Context) => text(String(header(context, 'x-user-id')))
    const quiet = async () => text('quiet')
    const pass: Middleware = (call, next) => next(withCall(call, {}))
    const connect = serve((server) => {
      use(server, outer, asks)
      server.registerTool(name(), { inputSchema, annotations }, wrap(inner)(wrap(pass)(handler)))
      server.registerTool('quiet', { inputSchema, annotations }, wrap(inner)(wrap(pass)(quiet)))
      return server
    })
    const [ann, bob] = await Promise.all([connect({ 'x-user-id': 'ann' }), connect({ 'x-user-id': 'bob' })])
    expect([await ask(ann), await ask(bob), await ask(ann)]).toEqual(['ann', 'bob', 'ann'])
    expect((await outer.stats()).stored + (await inner.stats()).stored).toBe(0)
    for (const client of [ann, bob]) await client.callTool({ name: 'quiet', arguments: { q: '' } })
    expect([(await outer.stats()).hits, (await inner.stats()).stored]).toEqual([1, 1])
  })

  it('is found out in resources and prompts as well', async () => {
    const look = (context: Context) => String(header(context, 'x-user-id'))
    const cache = cached({ resources: 60_000, prompts: 60_000 })
    const connect = serve((server) => {
      use(server, cache)
      server.registerResource('r', 'x://1', {}, async (_: URL, context: Context) => ({
        contents: [{ uri: 'x://1', text: look(context) }],
      }))
      server.registerPrompt('p', {}, async (context: Context) => ({
        messages: [{ role: 'user', content: { type: 'text', text: look(context) } }],
      }))
      return server
    })
    for (const user of ['ann', 'bob']) {
      const client = await connect({ 'x-user-id': user })
      expect(await client.readResource({ uri: 'x://1' })).toMatchObject({ contents: [{ text: user }] })
      expect(await client.getPrompt({ name: 'p' })).toMatchObject({ messages: [{ content: { text: user } }] })
    }
  })
})
