import type { Clock, Store } from '@millrace/core'
import { manualClock, storeContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { diskStore } from '../disk/diskStore.ts'
import { entryOf } from '../fixtures/entries.ts'
import { folders } from '../fixtures/folders.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { settle } from '../fixtures/world.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import type { TierOptions } from './options.ts'
import { tiered } from './tiered.ts'
import type { TieredStats } from './tieredStore.ts'

const folder = folders()

/** A remote store that forgets what has expired, as Redis does. */
const remote = (clock: Clock) => {
  const store = remoteStore(true)
  const { get, set } = store
  store.get = async (key) => {
    const entry = await get(key)
    return entry !== undefined && clock.now() < entry.keptUntil ? entry : undefined
  }
  store.set = async (key, entry) => {
    if (entry.keptUntil > clock.now()) return set(key, entry)
    await store.delete(key)
    return false
  }
  return store
}

describe.each<[string, (clock: Clock) => ReadonlyArray<Store | TierOptions>]>([
  ['memory alone', (clock) => [memoryStore({ clock })]],
  ['memory, a remote store and a disk', (clock) => [memoryStore({ clock }), remote(clock), onDisk(clock)]],
  ['a remote store and a disk', (clock) => [remote(clock), onDisk(clock)]],
  ['memory that takes nothing, and a disk', (clock) => [{ ...none, store: memoryStore({ clock }) }, onDisk(clock)]],
])('tiers of %s', (_, make) => {
  for (const { name, run } of storeContract((clock) => tiered({ clock }, ...make(clock)))) it(name, run)
})

const none = { minEntryBytes: 2 ** 30 }
const onDisk = (clock: Clock) => diskStore({ path: folder(), clock })

const worldOf = (options: object = {}) => {
  const clock = manualClock(1000)
  const [memory, distant] = [memoryStore({ clock }), remote(clock)]
  const disk = diskStore({ path: folder(), clock })
  const store = tiered({ clock }, memory, { store: distant, ...options }, disk)
  const work = async () => ((await store.stats()) as TieredStats).tiers
  return { clock, memory, distant, disk, store, work }
}

const long = { freshUntil: 1e6, keptUntil: 1e6 }

it('brings up what a lower tier has, for the rest of its life', async () => {
  const { memory, distant, disk, store, work } = worldOf()
  const entry = entryOf({ tags: ['t'], loadMs: 7, ...long })
  await disk.set('k', entry)
  expect(await store.get('k')).toEqual(entry)
  await settle()
  expect(await memory.get('k')).toEqual(entry)
  expect(await distant.get('k')).toEqual(entry)
  expect(store.get('k')).toEqual(entry)
  expect(await work()).toMatchObject({
    memory: { hits: 1, misses: 1, promotions: 1, stored: 0, savedMs: 7, entries: 1 },
    remote: { hits: 0, misses: 1, promotions: 1, stored: 0 },
    disk: { hits: 1, misses: 0, promotions: 0, savedMs: 7 },
  })
})

it('gives at once what is near, without a promise', async () => {
  const { store } = worldOf()
  await store.set('k', entryOf(long))
  expect(store.get('k')).toEqual(entryOf(long))
})

it('places entries by their size, and leaves nothing older where one is not kept', async () => {
  const { distant, disk, memory, store, work } = worldOf({ maxEntryBytes: 100 })
  await store.set('k', entryOf({ bytes: 100, ...long }))
  expect(await distant.get('k')).toBeDefined()
  expect(await store.set('k', entryOf({ bytes: 101, ...long }))).toBe(true)
  expect(await distant.get('k')).toBeUndefined()
  expect((await disk.get('k'))?.bytes).toBe(101)
  await memory.clear()
  await store.get('k')
  await settle()
  expect(await distant.get('k')).toBeUndefined()
  expect(await work()).toMatchObject({ remote: { stored: 1, promotions: 0 }, disk: { stored: 2, hits: 1 } })
})

it('keeps entries in a tier no longer than that tier may', async () => {
  const clock = manualClock(1000)
  const [near, far] = [memoryStore({ clock }), remote(clock)]
  const store = tiered({ clock }, { store: near, maxTtlMs: 100 }, far)
  await store.set('k', entryOf({ freshUntil: 1000 + 250, keptUntil: 1000 + 300 }))
  expect(store.get('k')).toMatchObject({ freshUntil: 1100, keptUntil: 1100 })
  clock.advance(150)
  expect(await store.get('k')).toMatchObject({ freshUntil: 1250, keptUntil: 1300 })
  expect(store.get('k')).toMatchObject({ freshUntil: 1250, keptUntil: 1250 })
  clock.advance(101)
  expect(await store.get('k')).toMatchObject({ keptUntil: 1300 })
  expect(store.get('k')).toMatchObject({ freshUntil: 1250, keptUntil: 1300 })
})

it('counts what is stale apart', async () => {
  const { clock, store, work } = worldOf()
  await store.set('k', entryOf({ freshUntil: 1500, keptUntil: 9000 }))
  clock.advance(600)
  await store.get('k')
  expect(await work()).toMatchObject({ memory: { hits: 0, stale: 1 } })
})

it('gives what is being written, also where no tier is near', async () => {
  const clock = manualClock(1000)
  const far = remoteStore(true)
  const store = tiered({ clock }, far)
  far.isHeld = true
  const asked = store.set('k', entryOf({ result: { n: 2 } }))
  expect(store.get('k')).toMatchObject({ result: { n: 2 } })
  far.runAll()
  expect(await asked).toBe(true)
})

it('takes from a tier nothing that is no entry, nor what can be changed', async () => {
  const clock = manualClock(1000)
  const far = remoteStore(true)
  const near = memoryStore({ clock })
  const store = tiered({ clock }, near, far)
  far.entries.set('k', { ...entryOf(), tags: 'none' } as never)
  expect(await store.get('k')).toBeUndefined()
  expect(await near.get('k')).toBeUndefined()
  far.entries.set('k', entryOf({ result: { deep: { n: 1 } } }))
  await store.get('k')
  expect(Object.isFrozen((await near.get('k'))?.result['deep'])).toBe(true)
})

it('closes all its stores', async () => {
  const closed: string[] = []
  const stores = ['a', 'b'].map((name) => ({ ...remoteStore(), name, close: () => void closed.push(name) }))
  await tiered(...stores).close?.()
  expect(closed).toEqual(['a', 'b'])
})

it.each([
  [[], 'tiered: give it stores, the nearest first'],
  [[memoryStore(), memoryStore()], "tiered: two stores have the name 'memory'; give one another"],
  [[{ store: {} }], 'tiered.store must be a store (with get, set, delete, invalidate, clear, stats), got an object'],
  [[memoryStore(), 7], 'tiered: options must be an object, got 7'],
  [[memoryStore(), {}], 'tiered: a tier must be a store, got an object'],
  [[{ store: memoryStore(), maxTtlMs: 0 }], 'tiered.maxTtlMs must be a number ≥ 1 or Infinity, got 0'],
  [[{ clock: 7 }, memoryStore()], 'tiered.clock must be a clock (with now, after), got 7'],
])('refuses %j', (tiers, message) => {
  expect(() => tiered(...(tiers as never[]))).toThrow(new TypeError(message))
})
