import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from './fixtures/world.ts'
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
