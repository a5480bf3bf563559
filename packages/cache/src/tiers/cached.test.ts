import type { Bus, BusMessage } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { tiered } from './tiered.ts'

const tieredWorld = (far = remoteStore(true), bus?: Bus) => {
  const clock = manualClock(1000)
  const near = memoryStore({ clock })
  const world = worldOf({ ttlMs: 100_000, tags: ['t'], clock, bus, store: tiered({ clock }, near, far) })
  return { near, far, world }
}

describe('a cache of tiers', () => {
  it('says which tier a hit came from, in events and statistics', async () => {
    const { near, world } = tieredWorld()
    await world.load()
    await settle()
    await near.clear()
    const events = await eventsOf(async () => {
      for (let time = 0; time < 3; time += 1) expect(await world.send().answer).toEqual(resultOf(1))
    })
    const tiers = events.flatMap((event) => (event.type === 'cache.hit' ? [event.tier] : []))
    expect(tiers).toEqual(['remote', 'memory', 'memory'])
    expect(await world.cache.stats()).toMatchObject({
      hits: 3,
      misses: 1,
      stored: 1,
      entries: 1,
      tiers: {
        memory: { hits: 2, misses: 2, promotions: 1, stored: 1, errors: 0, skipped: 0 },
        remote: { hits: 1, misses: 1, promotions: 0, stored: 1 },
      },
    })
  })

  it('serves a hit of the nearest tier as it is, not copied', async () => {
    const { world } = tieredWorld()
    const first = await world.load()
    await settle()
    expect(await world.send().answer).toBe(first)
  })

  it('gives no entry of another principal, also when a tier brought it up', async () => {
    const { near, far, world } = tieredWorld()
    await world.load({ principal: 'ann' })
    await settle()
    const [key, entry] = [...far.entries][0] as [string, never]
    far.entries.set(key, { ...(entry as object), principal: 'bob' } as never)
    await near.clear()
    const events = await eventsOf(async () => {
      expect(await world.load({ principal: 'ann' }, resultOf(2))).toEqual(resultOf(2))
    })
    expect(events.map(({ type }) => type)).toContain('cache.failed')
  })

  it('drops from the memory of every process what one of them invalidates', async () => {
    const far = remoteStore(true)
    const listeners: Array<(message: BusMessage) => void> = []
    const bus: Bus = {
      publish: (message) => {
        for (const listener of listeners) listener(message)
      },
      subscribe: (listener) => {
        listeners.push(listener)
        return () => {}
      },
    }
    const [one, other] = [tieredWorld(far, bus), tieredWorld(far, bus)]
    await one.world.load()
    await settle()
    expect(await other.world.send().answer).toEqual(resultOf(1))
    expect((await other.near.stats()).entries).toBe(1)
    await one.world.cache.invalidate({ tags: ['t'] })
    expect([(await one.near.stats()).entries, (await other.near.stats()).entries, far.entries.size]).toEqual([0, 0, 0])
  })
})
