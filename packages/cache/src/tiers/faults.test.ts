import type { Store } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { eventsOf, settle } from '../fixtures/world.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { tiered } from './tiered.ts'
import type { TieredStats } from './tieredStore.ts'

const long = { freshUntil: 1e9, keptUntil: 1e9 }

const worldOf = () => {
  const clock = manualClock(1000)
  const near = memoryStore({ clock })
  const middle = Object.assign(remoteStore(true), { name: 'middle' })
  const far = Object.assign(remoteStore(true), { name: 'far' })
  const store = tiered({ clock }, near, middle, far)
  const work = async () => ((await store.stats()) as TieredStats).tiers
  return { clock, near, middle, far, store, work }
}

const failing = (store: Store, act: () => never | Promise<never>) => {
  const spies = (['get', 'set', 'delete', 'invalidate', 'stats'] as const).map((method) =>
    vi.spyOn(store, method).mockImplementation(act),
  )
  return () => {
    for (const spy of spies) spy.mockRestore()
  }
}

const down = new Error('down')

describe.each<[string, () => never | Promise<never>]>([
  [
    'throws',
    () => {
      throw down
    },
  ],
  ['rejects', () => Promise.reject(down)],
])('a tier that %s', (_, act) => {
  it('is gone past, left alone after three times, and asked again after a second', async () => {
    const { clock, near, middle, store, work } = worldOf()
    const repair = failing(middle, act)
    await store.set('k', entryOf(long))
    const events = await eventsOf(async () => {
      for (let time = 0; time < 5; time += 1) {
        await near.clear()
        expect(await store.get('k')).toEqual(entryOf(long))
        await settle()
      }
    })
    expect(events.filter(({ type }) => type === 'cache.failed').length).toBe(2)
    expect(middle.get).toHaveBeenCalledTimes(1)
    repair()
    expect(await work()).toMatchObject({ middle: { errors: 3 }, far: { hits: 5 } })
    clock.advance(1_000)
    await near.clear()
    expect(await store.get('k')).toEqual(entryOf(long))
    await settle()
    expect(middle.entries.has('k')).toBe(true)
  })

  it('drops what it was not there to drop before it gives anything', async () => {
    const { clock, near, middle, far, store } = worldOf()
    await store.set('old', entryOf({ tags: ['t'], ...long }))
    await store.set('other', entryOf(long))
    const repair = failing(middle, act)
    expect(await store.invalidate({ tags: ['t'] })).toBe(1)
    expect(await store.delete('nothing')).toBe(false)
    repair()
    expect(middle.entries.has('old')).toBe(true)
    await near.clear()
    expect(await store.get('old')).toBeUndefined()
    clock.advance(1_000)
    for (let time = 0; time < 3; time += 1) {
      expect(await store.get('old')).toBeUndefined()
      await settle()
    }
    expect([middle.entries.has('old'), far.entries.has('old')]).toEqual([false, false])
    await near.clear()
    far.entries.clear()
    expect(await store.get('other')).toEqual(entryOf(long))
  })
})

it('a tier that missed more than it can be told drops everything', async () => {
  const { clock, middle, far, near, store } = worldOf()
  await store.set('other', entryOf(long))
  const repair = failing(middle, () => Promise.reject(down))
  for (let n = 0; n < 1_002; n += 1) await store.delete(`k${n}`)
  repair()
  clock.advance(1_000)
  await near.clear()
  far.entries.clear()
  for (let time = 0; time < 3; time += 1) {
    expect(await store.get('other')).toBeUndefined()
    await settle()
  }
  expect(middle.entries.size).toBe(0)
})

it('a tier that fails while it is told what it missed is told again later', async () => {
  const { clock, middle, store } = worldOf()
  await store.set('k', entryOf(long))
  const repair = failing(middle, () => Promise.reject(down))
  await store.delete('k')
  await store.get('k')
  await settle()
  clock.advance(1_000)
  await store.get('k')
  await settle()
  repair()
  expect(middle.entries.has('k')).toBe(true)
  clock.advance(2_000)
  await store.get('k')
  await settle()
  expect(middle.entries.has('k')).toBe(false)
})

it('a tier that does not answer is waited for once', async () => {
  const { clock, near, middle, store, work } = worldOf()
  await store.set('k', entryOf(long))
  await near.clear()
  middle.isHeld = true
  const first = store.get('k')
  await settle()
  clock.advance(101)
  await settle()
  expect(await first).toEqual(entryOf(long))
  await near.clear()
  expect(await store.get('k')).toEqual(entryOf(long))
  middle.runAll()
  middle.isHeld = false
  expect(await work()).toMatchObject({ middle: { errors: 1 }, far: { hits: 2 } })
})

it('a tier that takes long at once is left alone too', async () => {
  const { clock, near, middle, store, work } = worldOf()
  await store.set('k', entryOf(long))
  const slow = vi.spyOn(middle, 'get').mockImplementation(() => {
    clock.advance(101)
    return entryOf(long)
  })
  await near.clear()
  expect(await store.get('k')).toEqual(entryOf(long))
  await near.clear()
  expect(await store.get('k')).toEqual(entryOf(long))
  expect(slow).toHaveBeenCalledTimes(1)
  expect(await work()).toMatchObject({ middle: { errors: 1, hits: 1 }, far: { hits: 1 } })
})

it('an invalidation does not wait long for a tier that takes its time, and counts here at once', async () => {
  const { clock, middle, far, store } = worldOf()
  await store.set('k', entryOf({ tags: ['t'], ...long }))
  middle.isHeld = true
  const dropped = store.invalidate({ tags: ['t'] })
  for (let turn = 0; turn < 3; turn += 1) await settle()
  clock.advance(151)
  expect(await dropped).toBe(1)
  expect(far.entries.size).toBe(0)
  middle.isHeld = false
  // It is there still, and is not given.
  expect(middle.entries.has('k')).toBe(true)
  expect(await store.get('k')).toBeUndefined()
  middle.runAll()
  await settle()
  expect(middle.entries.has('k')).toBe(false)
  await store.set('k', entryOf({ tags: ['t'], ...long }))
  expect(await store.get('k')).toBeDefined()
})
