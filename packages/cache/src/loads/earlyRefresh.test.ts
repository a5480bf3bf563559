import type { Entry } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import { isDueEarly } from './earlyRefresh.ts'

const entry = (loadMs: number): Entry => ({
  result: {},
  storedAt: 0,
  freshUntil: 100_000,
  keptUntil: 100_000,
  loadMs,
  bytes: 2,
  operation: 'tools/call tool',
  tags: [],
})

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}

describe('early refresh', () => {
  it.each([
    [1000, 1, 1000],
    [1000, 1, 500],
    [1000, 1, 3000],
    [1000, 2, 1000],
    [200, 0.5, 100],
  ])('of a load of %i ms with β %d happens %i ms before the end as often as published', (loadMs, beta, leftMs) => {
    const random = seeded(1)
    const rounds = 100_000
    let due = 0
    for (let n = 0; n < rounds; n += 1) if (isDueEarly(entry(loadMs), 100_000 - leftMs, beta, random())) due += 1
    // Five standard deviations of a share of 100,000 are at most 0.008.
    expect(Math.abs(due / rounds - Math.exp(-leftMs / (beta * loadMs)))).toBeLessThan(0.008)
  })

  it('never happens for a load that took no time', () => {
    expect(isDueEarly(entry(0), 99_999, 1, 0)).toBe(false)
    expect(isDueEarly(entry(0), 99_999, 1, 0.5)).toBe(false)
  })

  it('serves the fresh result and loads in the background', async () => {
    let number = 1
    const world = worldOf({ ttlMs: 1000, earlyRefresh: 1, random: () => number })
    const first = world.send()
    const { resolve } = await world.arrived(0)
    world.clock.advance(100)
    resolve(resultOf(1))
    await first.answer
    world.clock.advance(900)
    expect(await world.send().answer).toEqual(resultOf(1))
    await settle()
    expect(world.handler.calls).toHaveLength(1)
    // ln(0.3) is −1.2: 120 ms early for a load of 100 ms, with 100 ms left.
    number = 0.3
    expect(await world.send().answer).toEqual(resultOf(1))
    const refresh = await world.arrived(1)
    refresh.resolve(resultOf(2))
    await settle()
    expect(await world.send().answer).toEqual(resultOf(2))
    expect(await world.cache.stats()).toMatchObject({ hits: 3, stale: 0, refreshes: 1 })
  })

  it('is off unless asked for', async () => {
    const world = worldOf({ ttlMs: 1000, random: () => 0 })
    await world.load()
    world.clock.advance(999)
    await world.send().answer
    await settle()
    expect(world.handler.calls).toHaveLength(1)
  })
})
