import type { Entry, Result, Store } from '@millrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'

type Resolve = (value: unknown) => void

/** What others call a promise. */
const thenable = (act: (resolve: Resolve) => void, own: object = {}): object =>
  // oxlint-disable-next-line unicorn/no-thenable
  Object.assign(own, { then: act })

/** The ways a store may answer: at once, with a promise, with what somebody else calls a promise. */
const ways: ReadonlyArray<readonly [string, (value: unknown) => unknown]> = [
  ['at once', (value) => value],
  ['later', async (value) => value],
  ['by a promise of its own', (value) => thenable((resolve) => resolve(value))],
]

const worldWith = (answer: () => unknown): World => {
  const act = answer as () => never
  const store: Store = {
    name: 'odd',
    isShared: false,
    get: act,
    set: act,
    delete: act,
    invalidate: act,
    clear: act,
    stats: act,
  }
  return worldOf({ ttlMs: 1000, store })
}

const fields = { operation: 'tools/call tool', freshUntil: 1e9, keptUntil: 1e9 }

const entryWith = (result: unknown): Entry => entryOf({ ...fields, result: result as Result })

const circular = (): object => {
  const circle: { self?: unknown } = {}
  circle.self = [circle]
  return circle
}

/** Works `times` times, and throws from then on. */
const throwing = (value: object, times = 0): object => {
  let left = times
  return new Proxy(value, {
    get: (target, name, receiver) => {
      left -= 1
      if (left < 0) throw new Error('unreadable')
      return Reflect.get(target, name, receiver) as unknown
    },
  })
}

/** Whether it is what JSON can carry, and nobody can change it. */
const isSealed = (value: unknown): boolean => {
  if (value === null || typeof value !== 'object') return typeof value !== 'function' && typeof value !== 'bigint'
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false
  return Object.isFrozen(value) && Object.values(value).every(isSealed)
}

describe.each(ways)('a store that answers %s', (_, answered) => {
  it.each<[string, () => unknown]>([
    ['a circular result', () => entryWith(circular())],
    ['a result that has a BigInt in it', () => entryWith({ n: [1n] })],
    ['a result that makes nothing of itself', () => entryWith({ toJSON: () => undefined })],
    ['a result that cannot be read', () => entryWith({ deep: throwing({ n: 1 }) })],
    ['an entry that cannot be read', () => throwing(entryWith({}))],
    ['an entry that cannot be read to its end', () => throwing(entryWith({}), 5)],
    ['an entry whose tags are no names', () => entryOf({ ...fields, tags: [1] as never })],
    ['an entry whose target is no name', () => entryOf({ ...fields, target: 1 as never })],
  ])('has nothing when that is %s', async (__, garbage) => {
    const value = garbage()
    const world = worldWith(() => answered(value))
    const events = await eventsOf(async () => expect(await world.load()).toEqual(resultOf(1)))
    expect(events[0]).toMatchObject({ type: 'cache.failed', during: 'get' })
    expect(world.clock.timers).toBe(0)
  })

  it.each<[string, () => object, unknown]>([
    ['a typed array in it', () => ({ bytes: new Uint8Array([7]) }), { bytes: { 0: 7 } }],
    ['instances in it', () => ({ at: new Date(0), of: new Map([[1, 2]]) }), { at: '1970-01-01T00:00:00.000Z', of: {} }],
    ['a function in it', () => ({ f: () => 1 }), {}],
    ['the same in two places', () => ((shared) => ({ a: shared, b: shared }))([1]), { a: [1], b: [1] }],
    ['its outside frozen and nothing else', () => Object.freeze({ list: [{ n: 1 }] }), { list: [{ n: 1 }] }],
    ['what changes from look to look', () => throwing({ n: 1 }, 3), { n: 1 }],
  ])('gives of a result with %s what JSON makes of it, sealed', async (__, make, expected) => {
    const entry = entryWith(make())
    const world = worldWith(() => answered(entry))
    const { answer } = world.send()
    expect(await answer).toEqual(expected)
    expect(isSealed(await answer)).toBe(true)
  })

  it('serves nothing that the store changes afterwards', async () => {
    const list = [1]
    const entry = { ...entryWith({ list }) }
    const world = worldWith(() => answered(entry))
    const { answer } = world.send()
    const first = await answer
    list.push(2)
    expect(first).toEqual({ list: [1] })
  })
})

it('a store that answers at once with what this cache put in has it served as it is, not copied', async () => {
  const entries = new Map<string, Entry>()
  const set = (key: string, entry: Entry) => entries.set(key, entry) === entries
  const world = worldOf({ ttlMs: 1000, store: Object.assign(remoteStore(), { set, get: entries.get.bind(entries) }) })
  const first = await world.load()
  expect(await world.send().answer).toBe(first)
  expect(await world.cache.stats()).toMatchObject({ hits: 1, stored: 1 })
})

it('a store that changes the tags of what it gave changes nothing of what they cover', async () => {
  const tags = ['t']
  const entry = entryOf({ ...fields, freshUntil: 0, tags })
  const store = Object.assign(remoteStore(), { get: () => entry })
  const world = worldOf({ ttlMs: 1000, staleIfErrorMs: 1e9, store })
  const { answer } = world.send()
  const { reject } = await world.arrived(0)
  tags.pop()
  await world.cache.invalidate({ tags: ['t'] })
  reject('down')
  await expect(answer).rejects.toBe('down')
})

const refuse = () => {
  throw new Error('no')
}

it.each<[string, () => unknown]>([
  ['cannot be waited for', () => thenable(refuse)],
  ['is a promise that cannot be waited for', () => thenable(refuse, Promise.resolve())],
  ['comes to another that never ends', () => thenable((resolve) => resolve(new Promise(() => {})))],
])('a store whose answer %s fails no call', async (_, answer) => {
  const world = worldWith(answer)
  const sent = world.send()
  await settle()
  world.clock.advance(250)
  const { resolve } = await world.arrived(0)
  resolve(resultOf(1))
  expect(await sent.answer).toEqual(resultOf(1))
  world.clock.advance(1000)
  await settle()
  expect(world.clock.timers).toBe(0)
})

describe('a store that gives anything at all', () => {
  const anything = fc.anything({
    maxDepth: 3,
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  })
  const object = fc.oneof(
    { weight: 3, arbitrary: fc.dictionary(fc.string(), anything) },
    { weight: 1, arbitrary: fc.constant(null).map(circular) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.dictionary(fc.string(), anything), fc.nat(8)).map(([one, times]) => throwing(one, times)),
    },
  )
  const entry = fc.oneof(
    { weight: 3, arbitrary: object.map(entryWith) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...Object.keys(entryOf())), anything).map(([name, field]) => ({
        ...entryWith({}),
        [name]: field,
      })),
    },
    { weight: 1, arbitrary: fc.tuple(object.map(entryWith), fc.nat(14)).map(([one, times]) => throwing(one, times)) },
  )
  const value = fc.oneof({ weight: 1, arbitrary: anything }, { weight: 3, arbitrary: entry })
  const way = fc.constantFrom(...ways.map(([, answered]) => answered))

  it('fails no call, holds none up, and has nothing served that somebody could change', async () => {
    let served = 0
    await fc.assert(
      fc.asyncProperty(value, way, async (given, answered) => {
        const world = worldWith(() => answered(given))
        const sent = [world.send(), world.send()]
        await settle()
        for (const { resolve } of world.handler.calls) resolve(resultOf('loaded'))
        const unanswered = settle().then(() => 'unanswered')
        for (const { answer } of sent) {
          const result = await Promise.race([answer, unanswered])
          expect(result).not.toBe('unanswered')
          expect(isSealed(result)).toBe(true)
        }
        if (world.handler.calls.length === 0) served += 1
        expect(world.clock.timers).toBe(0)
      }),
      { numRuns: 500 },
    )
    expect(served).toBeGreaterThan(25)
  })

  it('is asked to drop and to count in vain', async () => {
    const count = (answer: unknown) => expect(Number.isFinite(answer)).toBe(true)
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, object), way, async (given, answered) => {
        const { cache } = worldWith(() => answered(given))
        count(await cache.invalidate({ tags: ['t'] }))
        count(await cache.invalidate({ key: 'k' }))
        await cache.clear()
        const { entries, bytes, evictions, expirations } = await cache.stats()
        for (const answer of [entries, bytes, evictions, expirations]) count(answer)
      }),
    )
  })
})
