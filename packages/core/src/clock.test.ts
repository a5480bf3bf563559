import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import type { Timer } from './timer.ts'

describe('the system clock', () => {
  it('starts from the wall clock and never goes back', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000)
    let last = systemClock.now()
    for (let n = 0; n < 1000; n += 1) {
      const now = systemClock.now()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
  })

  it('runs timers in real time, none of them early', async () => {
    const began = systemClock.now()
    const ran = (delayMs: number) =>
      new Promise<number>((resolve) => systemClock.after(delayMs, () => resolve(systemClock.now() - began)))
    // What the clock arms does not keep a process alive, and so not this one either.
    const alive = setInterval(() => {}, 1000)
    const [short, long] = await Promise.all([ran(2), ran(20)])
    clearInterval(alive)
    expect(short).toBeGreaterThanOrEqual(2)
    expect(long).toBeGreaterThanOrEqual(20)
  })

  it('runs a timer in nobody’s async context, whoever armed it', async () => {
    const storage = new AsyncLocalStorage<string>()
    const contextOf = (caller: string) =>
      storage.run(caller, () => new Promise((resolve) => systemClock.after(1, () => resolve(storage.getStore()))))
    const alive = setInterval(() => {}, 1000)
    const seen = await Promise.all([contextOf('ann'), contextOf('bob')])
    clearInterval(alive)
    expect(seen).toEqual([undefined, undefined])
  })
})

describe('with Node’s timers held', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => vi.useRealTimers())

  it('uses one timer of Node’s for all of its own, and lets the process end', () => {
    const armed = vi.spyOn(globalThis, 'setTimeout')
    const timers: Timer[] = []
    for (let n = 0; n < 100; n += 1) timers.push(systemClock.after(1000 + n, () => {}))
    expect(vi.getTimerCount()).toBe(1)
    const handle = armed.mock.results[0]?.value as NodeJS.Timeout
    expect(handle.hasRef()).toBe(false)
    for (const timer of timers) timer.cancel()
    vi.advanceTimersByTime(2000)
    expect(vi.getTimerCount()).toBe(0)
    armed.mockRestore()
  })

  it('gives Node’s timer back when an earlier one is wanted', () => {
    const seen: string[] = []
    systemClock.after(1000, () => seen.push('late'))
    systemClock.after(10, () => seen.push('soon'))
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(11)
    expect(seen).toEqual(['soon'])
    vi.advanceTimersByTime(1200)
    expect(seen).toEqual(['soon', 'late'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('lets any clock be given in its place', () => {
  expectTypeOf(systemClock).toEqualTypeOf<Clock>()
  expectTypeOf<Clock['after']>().returns.toEqualTypeOf<Timer>()
})
