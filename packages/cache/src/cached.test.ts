import { chain, subscribe } from '@millrace/core'
import type { CacheEvent, Call, Next, Result } from '@millrace/core'
import { fakeCall, held, manualClock, middlewareContract } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cached } from './index.ts'
import type { CachedOptions } from './index.ts'

const result = (n: unknown): Result => ({ content: [], structuredContent: { n } })

/** A cache on a clock that stands still, around a handler that counts. */
const counting = (
  options: CachedOptions = { ttlMs: 1000 },
  answer: (call: Call, n: number) => unknown = (_, n) => result(n),
) => {
  const clock = manualClock(1000)
  const cache = cached({ clock, ...options })
  let runs = 0
  const next: Next = async (call) => answer(call, (runs += 1)) as Result
  return {
    cache,
    clock,
    send: (call: FakeCallOptions = {}) => cache(fakeCall({ clock, ...call }), next),
    get runs() {
      return runs
    },
  }
}

/** What the cache says on its channel while `run` runs. */
const eventsOf = async (run: () => Promise<unknown>): Promise<CacheEvent[]> => {
  const events: CacheEvent[] = []
  const stop = subscribe('cache', (event) => events.push(event))
  try {
    await run()
  } finally {
    stop()
  }
  return events
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('cached keeps the contract of a middleware', () => {
  describe.each([
    ['without options', {}],
    ['with a lifetime', { ttlMs: 1000 }],
    ['serving stale', { ttlMs: 1000, staleMs: 1000, staleIfErrorMs: 1000, earlyRefresh: 1 }],
  ] as const)('%s', (_, options) => {
    for (const { name, run } of middlewareContract((clock) => cached({ clock, ...options }))) it(name, run)
  })
  describe('around the tool it is named for', () => {
    const make = middlewareContract((clock) => cached({ clock, tools: { tool: 1000 }, lists: 1000 }))
    for (const { name, run } of make) it(name, run)
  })
})

describe('cached answers', () => {
  it('a second call without the handler', async () => {
    const world = counting()
    expect(await world.send({ input: { a: 1 } })).toEqual(result(1))
    expect(await world.send({ input: { a: 1 } })).toEqual(result(1))
    expect(world.runs).toBe(1)
  })

  it('anew when the lifetime has ended', async () => {
    const world = counting({ ttlMs: 1000 })
    await world.send()
    world.clock.advance(999)
    expect(await world.send()).toEqual(result(1))
    world.clock.advance(1)
    expect(await world.send()).toEqual(result(2))
  })

  it('for as long as the function says, call by call, and not at all for 0 or less', async () => {
    const ttlMs = (call: Call) => (call.input as { ms: number }).ms
    const world = counting({ ttlMs })
    for (const ms of [100, 100, 0, 0, -5, -5, Number.NaN, Number.NaN]) await world.send({ input: { ms } })
    expect(world.runs).toBe(7)
  })

  it('for ever when the lifetime is Infinity', async () => {
    const world = counting({ ttlMs: Infinity, staleMs: Infinity })
    await world.send()
    world.clock.advance(1e12)
    expect(await world.send()).toEqual(result(1))
    expect(world.clock.timers).toBe(1)
  })

  it('each of two servers that have a cache of their own by itself', async () => {
    const [one, other] = [counting(), counting()]
    await one.send()
    await other.send()
    expect([one.runs, other.runs]).toEqual([1, 1])
  })
})

describe('cached is asked for', () => {
  it.each<[string, CachedOptions, FakeCallOptions, number]>([
    ['a tool that says it only reads, by a general lifetime', { ttlMs: 1000 }, {}, 1],
    ['nothing without options', {}, {}, 2],
    ['not a tool that says nothing of itself', { ttlMs: 1000 }, { traits: {} }, 2],
    ['not a tool that says it writes', { ttlMs: 1000 }, { traits: { readOnly: false } }, 2],
    [
      'not a tool that says it both reads and destroys',
      { ttlMs: 1000 },
      { traits: { readOnly: true, destructive: true } },
      2,
    ],
    ['a tool that is named, though it says nothing', { tools: { tool: 1000 } }, { traits: {} }, 1],
    ['a named tool by the general lifetime', { ttlMs: 1000, tools: { tool: { tags: ['t'] } } }, { traits: {} }, 1],
    ['not a tool that is opted out', { ttlMs: 1000, tools: { tool: false } }, {}, 2],
    ['a handler it is wrapped around', { ttlMs: 1000 }, { traits: {}, isWrapped: true }, 1],
    ['a prompt it is wrapped around', { ttlMs: 1000 }, { method: 'prompts/get', target: 'p', isWrapped: true }, 1],
    [
      'not a wrapped handler that is opted out',
      { ttlMs: 1000, prompts: false },
      { method: 'prompts/get', target: 'p', isWrapped: true },
      2,
    ],
    ['not lists, resources and prompts by the general lifetime', { ttlMs: 1000 }, { method: 'tools/list' }, 2],
    ['lists', { lists: 1000 }, { method: 'tools/list' }, 1],
    ['what a server says of itself', { lists: 1000 }, { method: 'server/discover' }, 1],
    ['resource templates', { lists: { ttlMs: 1000 } }, { method: 'resources/templates/list' }, 1],
    ['prompts', { prompts: 1000 }, { method: 'prompts/get', target: 'p' }, 1],
    ['resources', { resources: 1000 }, { method: 'resources/read', target: 'a://b' }, 1],
    ['resources by URI', { resources: { 'a://*': 1000 } }, { method: 'resources/read', target: 'a://b' }, 1],
    [
      'the first of several URIs that fits',
      { resources: { 'a://b': false, 'a://*': 1000 } },
      { method: 'resources/read', target: 'a://b' },
      2,
    ],
    [
      'not resources whose URI is not named',
      { resources: { 'a://*': 1000 } },
      { method: 'resources/read', target: 'b://a' },
      2,
    ],
    ['not methods it does not know', { ttlMs: 1000, lists: 1000 }, { method: 'completion/complete' }, 2],
    ['not a tool call without a name', { ttlMs: 1000 }, { target: undefined, traits: {} }, 2],
  ])('%s', async (_, options, call, runs) => {
    const world = counting(options)
    await world.send(call)
    await world.send(call)
    expect(world.runs).toBe(runs)
  })

  it('of a tool only while it says that it reads', async () => {
    const world = counting()
    await world.send()
    await world.send({ traits: {} })
    expect(world.runs).toBe(2)
  })

  it('with what a rule says in place of what is said for everything', async () => {
    const world = counting({ scope: 'public', ttlMs: 1000, tools: { own: { ttlMs: 5000, scope: 'private' } } })
    await world.send({ principal: 'ann' })
    await world.send({ principal: 'bob' })
    expect(world.runs).toBe(1)
    await world.send({ target: 'own', principal: 'ann' })
    await world.send({ target: 'own', principal: 'bob' })
    expect(world.runs).toBe(3)
    world.clock.advance(4999)
    await world.send({ target: 'own', principal: 'bob' })
    expect(world.runs).toBe(3)
  })

  it('of a tool named in tools, whatever its name', async () => {
    const world = counting({ tools: { constructor: 1000, ['__proto__']: 1000 } })
    for (const target of ['constructor', '__proto__', 'toString']) {
      await world.send({ target, traits: {} })
      await world.send({ target, traits: {} })
    }
    expect(world.runs).toBe(4)
  })

  it('apart for a handler it is wrapped around and the server it is attached to', async () => {
    const world = counting()
    await world.send({ isWrapped: true })
    await world.send()
    expect(world.runs).toBe(2)
  })

  it('without end of handlers that are wrapped anew for every request', async () => {
    const world = counting()
    for (let n = 0; n < 2500; n += 1) await world.send({ target: `anonymous ${n}`, isWrapped: true, isUnnamed: true })
    expect(world.runs).toBe(2500)
    expect(Object.keys((await world.cache.stats()).operations).length).toBeLessThanOrEqual(1001)
  })
})

describe('cached never keeps', () => {
  it.each<[string, unknown]>([
    ['an isError result', { content: [], isError: true }],
    ['a result that asks for input', { resultType: 'input_required', inputRequests: {} }],
    ['a result of a type it does not know', { resultType: 'task', taskId: '1' }],
    ['a task', { task: { taskId: '1', status: 'working' } }],
    ['what has the id of a task', { content: [], taskId: '1' }],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'text'],
    ['an array', [1]],
    ['what has a BigInt in it', { n: 1n }],
    ['what turns into something else as JSON', { toJSON: () => 'text' }],
    ['what is too large', { text: 'x'.repeat(1000) }],
  ])('%s', async (_, answer) => {
    const world = counting({ ttlMs: 1000, maxEntryBytes: 1000 }, () => answer)
    expect(await world.send()).toBe(answer)
    expect(await world.send()).toBe(answer)
    expect(world.runs).toBe(2)
  })

  it('a circular result, and says why', async () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const world = counting({ ttlMs: 1000 }, () => circular)
    const events = await eventsOf(async () => expect(await world.send()).toBe(circular))
    expect(events).toMatchObject([
      { type: 'cache.miss' },
      { type: 'cache.failed', during: 'copy' },
      { type: 'cache.bypassed', reason: 'not JSON' },
    ])
    await world.send()
    expect(world.runs).toBe(2)
  })

  it('a result nested 100,000 deep, which it passes on', async () => {
    let deep: unknown = []
    for (let n = 0; n < 100_000; n += 1) deep = [deep]
    const world = counting({ ttlMs: 1000 }, () => ({ deep }))
    expect((await world.send())['deep']).toBe(deep)
    await world.send()
    expect(world.runs).toBe(2)
  })

  it('a throw', async () => {
    const world = counting({ ttlMs: 1000 }, () => {
      throw 'a string'
    })
    await expect(world.send()).rejects.toBe('a string')
    await expect(world.send()).rejects.toBe('a string')
    expect(world.runs).toBe(2)
  })

  it.each<[string, FakeCallOptions]>([
    ['the answer to a dialogue', { isExchange: true }],
    ['the answer to a request for a task', { params: { name: 'tool', task: { ttl: 1 } } }],
  ])('%s', async (_, call) => {
    const world = counting()
    await world.send(call)
    await world.send(call)
    expect(world.runs).toBe(2)
    await world.send()
    expect(world.runs).toBe(3)
  })

  it('a result whose lifetime, tags or key the author fails to say', async () => {
    const fail = () => {
      throw new Error('oops')
    }
    for (const rule of [
      { ttlMs: fail },
      { tags: fail },
      { tags: () => 'x' as never },
      { varyBy: fail },
      { key: fail },
    ]) {
      const world = counting({ ttlMs: 1000, ...rule })
      const events = await eventsOf(async () => {
        expect(await world.send()).toEqual(result(1))
        expect(await world.send()).toEqual(result(2))
      })
      expect(events.filter(({ type }) => type === 'cache.failed')).toHaveLength(2)
    }
  })
})

describe('cached guards what it keeps', () => {
  it('from a handler that goes on changing its result', async () => {
    const shared = { content: [{ type: 'text', text: 'one' }] }
    const world = counting({ ttlMs: 1000 }, () => shared)
    const first = await world.send()
    shared.content[0]!.text = 'two'
    expect(first).toEqual({ content: [{ type: 'text', text: 'one' }] })
    expect(await world.send()).toEqual(first)
  })

  it('from a caller that tries to change it', async () => {
    const world = counting({ ttlMs: 1000 }, () => ({ content: [{ deep: { list: [1] } }] }))
    for (const answer of [await world.send(), await world.send()]) {
      const { deep } = (answer['content'] as Array<{ deep: { list: number[] } }>)[0]!
      expect(() => deep.list.push(2)).toThrow(TypeError)
      expect(() => Object.assign(answer, { isError: true })).toThrow(TypeError)
    }
    expect(await world.send()).toEqual({ content: [{ deep: { list: [1] } }] })
  })

  it('so that the first answer and a later one cannot be told apart', async () => {
    const answer = { content: [], gone: undefined, [Symbol('hint')]: 1, date: new Date(0), ['__proto__']: null }
    const world = counting({ ttlMs: 1000 }, () => answer)
    const first = await world.send()
    expect(first).toStrictEqual(await world.send())
    expect(first).toStrictEqual(JSON.parse(JSON.stringify(answer)))
  })
})

describe('cached says at start', () => {
  const tools = (traits: object) => ({ traits: () => traits })

  it('that a tool it is named for writes', () => {
    const cache = cached({ tools: { add_note: 1000 } })
    expect(() => cache.inspect(tools({ readOnly: false }))).toThrow(
      new TypeError(
        'cached.tools.add_note: add_note says it writes (readOnlyHint: false); a cached answer would skip the write. ' +
          'Take it out, or say what it makes outdated: { invalidates: […] }.',
      ),
    )
    expect(() => cache.inspect(tools({ destructive: true }))).toThrow('(destructiveHint: true)')
  })

  it('nothing of tools that read, say nothing, are not there, are opted out or invalidate', () => {
    const cache = cached({ ttlMs: 1, tools: { a: 1, b: false, c: { invalidates: ['x'] } } })
    cache.inspect(tools({ readOnly: true }))
    cache.inspect(tools({}))
    cache.inspect({ traits: () => undefined })
    cache.inspect({ traits: (name) => (name === 'a' ? {} : { readOnly: false }) })
  })

  it('once, later, that a handler it is put around writes', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const world = counting()
    const call = { traits: { readOnly: false }, isWrapped: true }
    await world.send(call)
    await world.send(call)
    expect(world.runs).toBe(2)
    expect(warn).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledWith(
      'cached: tools/call tool says it writes (readOnlyHint: false) and is not cached',
      { type: 'MillraceWarning', code: 'MILLRACE_CACHE' },
    )
  })
})

describe('cached stands', () => {
  it('in its place of the recommended order', () => {
    expect(cached().stage).toBe('cached')
  })

  it('twice in a chain without waiting for itself', async () => {
    const clock = manualClock()
    const cache = cached({ ttlMs: 1000, clock })
    const handler = held()
    const twice = chain(cache, cache)
    const answer = twice(fakeCall({ clock }), handler.next)
    await handler.arrived(1)
    handler.calls[0]?.resolve(result(1))
    expect(await answer).toEqual(result(1))
  })

  it('around a handler that is not async', async () => {
    const clock = manualClock()
    const cache = cached({ ttlMs: 1000, clock })
    const thrown = new Error('own')
    const failing = () => {
      throw thrown
    }
    await expect(cache(fakeCall({ clock }), failing)).rejects.toBe(thrown)
    expect(await cache(fakeCall({ clock }), (() => result(1)) as unknown as Next)).toEqual(result(1))
  })
})
