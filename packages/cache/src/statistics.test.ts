import { manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { remoteStore } from './fixtures/remoteStore.ts'
import { eventsOf, resultOf, settle, worldOf } from './fixtures/world.ts'
import { memoryStore } from './index.ts'
import { Statistics } from './statistics.ts'

describe('stats', () => {
  it('say what became of every call, for each operation and in all', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1000, lists: 1000 })
    const first = world.send()
    world.send()
    const { resolve } = await world.arrived(0)
    world.clock.advance(40)
    resolve(resultOf(1))
    await first.answer
    await world.send().answer
    await world.load({ method: 'tools/list' })
    await world.load({ target: 'other' }, { content: [], isError: true })
    world.clock.advance(1000)
    await world.send().answer
    await settle()
    world.handler.calls.at(-1)?.reject(new Error('down'))
    await settle()
    const stats = await world.cache.stats()
    expect(stats.operations).toEqual({
      'tools/call tool': {
        hits: 1,
        stale: 1,
        misses: 1,
        joined: 1,
        refreshes: 1,
        stored: 1,
        bypassed: 0,
        errors: 1,
        savedMs: 80,
      },
      'tools/list': {
        hits: 0,
        stale: 0,
        misses: 1,
        joined: 0,
        refreshes: 0,
        stored: 1,
        bypassed: 0,
        errors: 0,
        savedMs: 0,
      },
      'tools/call other': {
        hits: 0,
        stale: 0,
        misses: 1,
        joined: 0,
        refreshes: 0,
        stored: 0,
        bypassed: 1,
        errors: 0,
        savedMs: 0,
      },
    })
    expect(stats).toMatchObject({
      hits: 1,
      stale: 1,
      misses: 3,
      joined: 1,
      refreshes: 1,
      stored: 2,
      bypassed: 1,
      errors: 1,
      savedMs: 80,
    })
    expect(stats).toMatchObject({ entries: 2, evictions: 0, expirations: 0 })
    expect(stats.bytes).toBeGreaterThan(1000)
  })

  it('count as stored what the store has taken, and say of what it has no room for that it went past', async () => {
    const clock = manualClock(1000)
    const world = worldOf({ ttlMs: 1000, clock, store: memoryStore({ clock, maxEntries: 1, evict: 'manual' }) })
    const events = await eventsOf(async () => {
      for (let n = 0; n < 5; n += 1) expect(await world.load({ input: { n } }, resultOf(n))).toEqual(resultOf(n))
    })
    expect(events.filter(({ type }) => type === 'cache.stored')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'cache.bypassed')).toEqual(
      Array.from({ length: 4 }, () => ({ type: 'cache.bypassed', operation: 'tools/call tool', reason: 'no room' })),
    )
    expect(await world.cache.stats()).toMatchObject({ misses: 5, stored: 1, bypassed: 4, entries: 1, evictions: 0 })
  })

  it('count what a store takes that answers later once it has answered', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 1000, store })
    const { answer } = world.send()
    const { resolve } = await world.arrived(0)
    store.isHeld = true
    resolve(resultOf(1))
    await answer
    store.isHeld = false
    expect(await world.cache.stats()).toMatchObject({ stored: 0 })
    store.runAll()
    await settle()
    expect(await world.cache.stats()).toMatchObject({ stored: 1, entries: 1 })
  })

  it('say what each tier did and holds', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 1000, staleMs: 1000, store })
    const { answer } = world.send()
    const { resolve } = await world.arrived(0)
    world.clock.advance(40)
    resolve(resultOf(1))
    await answer
    await settle()
    await world.send().answer
    world.clock.advance(1000)
    await world.send().answer
    const remote = { hits: 1, stale: 1, stored: 1, savedMs: 80, entries: 1, bytes: 0, evictions: 0, expirations: 0 }
    expect((await world.cache.stats()).tiers).toEqual({ remote })
    expect((await worldOf().cache.stats()).tiers).toEqual({
      memory: { hits: 0, stale: 0, stored: 0, savedMs: 0, entries: 0, bytes: 0, evictions: 0, expirations: 0 },
    })
  })

  it('are a copy', async () => {
    const world = worldOf()
    await world.load()
    const before = await world.cache.stats()
    await world.send().answer
    expect(before).toMatchObject({ hits: 0, operations: { 'tools/call tool': { hits: 0 } } })
    expect(await world.cache.stats()).toMatchObject({ hits: 1 })
  })

  it('count a thousand operations apart and the rest as one', () => {
    const statistics = new Statistics()
    for (let n = 0; n < 1500; n += 1) statistics.of(`tools/call ${n}`).hits += 1
    statistics.of('tools/call 3').hits += 1
    expect(Object.keys(statistics.operations)).toHaveLength(1001)
    expect(statistics.operations['other']?.hits).toBe(500)
    expect(statistics.operations['tools/call 3']?.hits).toBe(2)
    expect(statistics.total.hits).toBe(1501)
  })
})

describe('events', () => {
  it('tell the story of an entry', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1000 })
    const operation = 'tools/call tool'
    const events = await eventsOf(async () => {
      const [one, other] = [world.send(), world.send()]
      const { resolve } = await world.arrived(0)
      world.clock.advance(40)
      resolve(resultOf(1))
      await Promise.all([one.answer, other.answer])
      world.clock.advance(10)
      await world.send().answer
      world.clock.advance(990)
      await world.send().answer
      // The refresh has not begun yet.
      world.clock.advance(5)
      const refresh = await world.arrived(1)
      world.clock.advance(20)
      refresh.resolve(resultOf(2))
      await settle()
    })
    const bytes = JSON.stringify(resultOf(1)).length
    expect(events).toEqual([
      { type: 'cache.miss', operation, isShared: false },
      { type: 'cache.miss', operation, isShared: true },
      { type: 'cache.stored', operation, tier: 'memory', bytes, loadMs: 40 },
      { type: 'cache.hit', operation, tier: 'memory', ageMs: 10, savedMs: 40 },
      { type: 'cache.stale', operation, tier: 'memory', ageMs: 1000, savedMs: 40 },
      { type: 'cache.stored', operation, tier: 'memory', bytes, loadMs: 20 },
      { type: 'cache.refreshed', operation, loadMs: 20 },
    ])
  })
})
