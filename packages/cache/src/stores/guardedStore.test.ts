import type { Entry } from '@millrace/core'
import { describe, expect, it, vi } from 'vitest'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import { memoryStore } from '../index.ts'

const remoteWorld = (isShared = false) => {
  const store = remoteStore(isShared)
  return { store, world: worldOf({ ttlMs: 100_000, tags: ['t'], store }) }
}

it('a memory store that lives in another time goes by its own', async () => {
  let now = 1000
  const clock = { now: () => now, after: () => ({ cancel: () => {} }) }
  const world = worldOf({ ttlMs: 1000, store: memoryStore({ clock }) })
  await world.load()
  expect(await world.send().answer).toEqual(resultOf(1))
  now = 2000
  expect(await world.load({}, resultOf(2))).toEqual(resultOf(2))
})

describe('a store that answers later', () => {
  it('is asked once by a hundred callers, who share one load', async () => {
    const { store, world } = remoteWorld()
    const get = vi.spyOn(store, 'get')
    const sent = Array.from({ length: 100 }, () => world.send())
    const { resolve } = await world.arrived(0)
    resolve(resultOf(1))
    const answers = await Promise.all(sent.map(({ answer }) => answer))
    expect(new Set(answers)).toEqual(new Set([resultOf(1)]))
    expect(get).toHaveBeenCalledOnce()
    expect(world.handler.calls).toHaveLength(1)
    expect(await world.cache.stats()).toMatchObject({ misses: 1, joined: 99, entries: 1 })
  })

  it('serves what it has, frozen, and once for all who ask at the same time', async () => {
    const { store, world } = remoteWorld()
    await world.load()
    await settle()
    const [one, other] = await Promise.all([world.send().answer, world.send().answer])
    expect(one).toEqual(resultOf(1))
    expect(one).toBe(other)
    expect(() => Object.assign(one['structuredContent'] as object, { n: 2 })).toThrow(TypeError)
    expect(store.entries.size).toBe(1)
    expect(world.handler.calls).toHaveLength(1)
    expect(await world.cache.stats()).toMatchObject({ hits: 2 })
  })

  it('is not waited for while it writes: what it is given is served meanwhile', async () => {
    const { store, world } = remoteWorld()
    const first = world.send()
    const { resolve } = await world.arrived(0)
    store.isHeld = true
    resolve(resultOf(1))
    expect(await first.answer).toEqual(resultOf(1))
    expect(await world.send().answer).toEqual(resultOf(1))
    expect(store.asked.map(({ what }) => what)).toEqual(['set'])
    expect(world.handler.calls).toHaveLength(1)
  })

  it('serves the later of two results it is still writing', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 100, store })
    store.isHeld = true
    const load = async (n: number) => {
      const { answer } = world.send()
      store.asked.find(({ what }) => what === 'get')?.run()
      const { resolve } = await world.arrived(n)
      resolve(resultOf(n))
      await answer
    }
    await load(0)
    world.clock.advance(100)
    await load(1)
    store.asked[0]?.run()
    await settle()
    expect(await world.send().answer).toEqual(resultOf(1))
    store.runAll()
    await settle()
    expect(store.asked).toHaveLength(0)
  })

  it('lets a caller go at once that is cancelled while it looks', async () => {
    const { store, world } = remoteWorld()
    store.isHeld = true
    const [gone, there] = [world.send(), world.send()]
    const reason = new Error('gone')
    gone.call.abort(reason)
    await expect(gone.answer).rejects.toBe(reason)
    store.asked[0]?.run()
    store.isHeld = false
    const { resolve } = await world.arrived(0)
    resolve(resultOf(1))
    expect(await there.answer).toEqual(resultOf(1))
    expect(world.handler.calls).toHaveLength(1)
  })

  it('does not serve what was looked up before an invalidation', async () => {
    const { store, world } = remoteWorld()
    await world.load()
    await settle()
    store.isHeld = true
    const before = world.send()
    const lookup = store.asked[0]!
    const invalidated = world.cache.invalidate({ tags: ['t'] })
    const after = world.send()
    lookup.run()
    await settle()
    store.runAll()
    store.isHeld = false
    expect(await invalidated).toBe(1)
    const { resolve } = await world.arrived(1)
    resolve(resultOf('new'))
    expect(await before.answer).toEqual(resultOf('new'))
    expect(await after.answer).toEqual(resultOf('new'))
  })

  it('does not serve what was looked up while it was dropping that', async () => {
    const { store, world } = remoteWorld()
    await world.load()
    await settle()
    store.isHeld = true
    const invalidated = world.cache.invalidate({ tags: ['t'] })
    const between = world.send()
    const [drop, lookup] = [...store.asked]
    // The lookup overtakes the drop on its way, and its answer comes after that of the drop.
    const entry = structuredClone([...store.entries][0]) as [string, Entry]
    drop!.run()
    await invalidated
    store.entries.set(...entry)
    lookup!.run()
    store.entries.clear()
    store.isHeld = false
    const { resolve } = await world.arrived(1)
    resolve(resultOf('new'))
    expect(await between.answer).toEqual(resultOf('new'))
  })

  it('does not keep a write that lands after an invalidation', async () => {
    const { store, world } = remoteWorld()
    const first = world.send()
    const { resolve } = await world.arrived(0)
    store.isHeld = true
    resolve(resultOf('old'))
    await first.answer
    const write = store.asked[0]!
    const invalidated = world.cache.invalidate({ tags: ['t'] })
    store.asked.find(({ what }) => what === 'invalidate')?.run()
    await invalidated
    const after = world.send()
    await settle()
    store.isHeld = false
    write.run()
    await settle()
    expect(store.entries.size).toBe(0)
    store.runAll()
    const current = await world.arrived(1)
    current.resolve(resultOf('new'))
    expect(await after.answer).toEqual(resultOf('new'))
  })

  it('does not keep a write that failed after an invalidation either: it may have been written', async () => {
    const { store, world } = remoteWorld()
    const { answer } = world.send()
    const { resolve } = await world.arrived(0)
    store.isHeld = true
    resolve(resultOf('old'))
    await answer
    const [write] = store.asked
    const invalidated = world.cache.invalidate({ tags: ['t'] })
    store.asked.find(({ what }) => what === 'invalidate')?.run()
    await invalidated
    write?.fail(new Error('connection lost'))
    await settle()
    expect(store.asked.map(({ what }) => what)).toEqual(['delete'])
  })

  it('keeps what a load that was given up for too slow must not undo', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 1_000_000, maxLoadMs: 5000, store })
    const stuck = world.send()
    const old = await world.arrived(0)
    world.clock.advance(5000)
    const later = world.send()
    const current = await world.arrived(1)
    current.resolve(resultOf('new'))
    await later.answer
    old.resolve(resultOf('old'))
    expect(await stuck.answer).toEqual(resultOf('old'))
    await settle()
    expect(await world.send().answer).toEqual(resultOf('new'))
  })

  it('is not given what came too slow and was dropped while it was looking for something newer', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 1_000_000, maxLoadMs: 5000, tags: ['t'], store })
    const stuck = world.send()
    const old = await world.arrived(0)
    world.clock.advance(5000)
    world.send()
    await world.arrived(1)
    store.isHeld = true
    old.resolve(resultOf('old'))
    expect(await stuck.answer).toEqual(resultOf('old'))
    const invalidated = world.cache.invalidate({ tags: ['t'] })
    expect(store.asked.map(({ what }) => what)).toEqual(['get', 'invalidate'])
    store.runAll()
    await invalidated
    await settle()
    expect(store.asked).toEqual([])
  })
})
