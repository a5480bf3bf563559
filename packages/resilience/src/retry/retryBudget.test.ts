import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settle, worldOf } from '../fixtures/world.ts'
import { retry, retryBudget } from '../index.ts'
import type { RetryBudgetOptions } from '../index.ts'

describe('a retry budget', () => {
  it('holds 10 retries a second for 10 s, and one more for every five calls', () => {
    const budget = retryBudget()
    expect(budget.balance(0)).toBe(100)
    for (let n = 0; n < 50; n += 1) budget.deposit(0)
    expect(budget.balance(0)).toBe(110)
    let taken = 0
    while (budget.withdraw(0)) taken += 1
    expect(taken).toBe(110)
  })

  it('gives back what was taken, and forgets what was put in, after its time', () => {
    const budget = retryBudget({ ratio: 0.5, minPerSecond: 1, ttlMs: 10_000 })
    for (let n = 0; n < 4; n += 1) budget.deposit(500)
    for (let n = 0; n < 12; n += 1) expect(budget.withdraw(5500)).toBe(true)
    expect(budget.withdraw(9999)).toBe(false)
    expect(budget.balance(10_000)).toBe(-2)
    expect(budget.balance(15_000)).toBe(10)
    expect(budget.balance(1e12)).toBe(10)
  })

  it('takes back what was not made, whenever it was taken out, and nothing twice', () => {
    const budget = retryBudget({ ratio: 0, minPerSecond: 1, ttlMs: 10_000 })
    for (const at of [500, 5500, 9999]) budget.withdraw(at)
    expect(budget.balance(9999)).toBe(7)
    budget.putBack?.(5500, 9999)
    expect(budget.balance(9999)).toBe(8)
    budget.putBack?.(5500, 9999)
    expect(budget.balance(9999)).toBe(8)
    // The first has been forgotten, which has put it back.
    expect(budget.balance(10_500)).toBe(9)
    budget.putBack?.(500, 10_500)
    expect(budget.balance(10_500)).toBe(9)
    budget.putBack?.(9999, 10_500)
    expect(budget.balance(10_500)).toBe(10)
    expect(budget.balance(1e12)).toBe(10)
  })

  it('counts tenths exactly', () => {
    const budget = retryBudget({ ratio: 0.29, minPerSecond: 0 })
    for (let n = 0; n < 100; n += 1) budget.deposit(0)
    for (let n = 0; n < 29; n += 1) expect(budget.withdraw(0)).toBe(true)
    expect(budget.withdraw(0)).toBe(false)
  })

  it('counts a clock that goes back as standing still', () => {
    const budget = retryBudget({ ratio: 1, minPerSecond: 0 })
    budget.deposit(50_000)
    expect(budget.withdraw(20_000)).toBe(true)
    expect(budget.withdraw(20_000)).toBe(false)
  })

  it('agrees with a plain list of what was put in and taken out', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 15_000 }) }),
      fc.record({ type: fc.constant('deposit' as const) }),
      fc.record({ type: fc.constant('withdraw' as const) }),
    )
    const property = fc.property(
      fc.array(step, { maxLength: 200 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1000, max: 20_000 }),
      (steps, tenths, minPerSecond, ttlMs) => {
        const ratio = tenths / 10
        const budget = retryBudget({ ratio, minPerSecond, ttlMs })
        const slotMs = ttlMs / 10
        const seen: Array<{ slot: number; tenths: number }> = []
        let now = 0
        const balance = () => {
          const oldest = Math.floor(now / slotMs) - 9
          const sum = seen.filter(({ slot }) => slot >= oldest).reduce((total, one) => total + one.tenths, 0)
          return (minPerSecond * ttlMs) / 1000 + sum / 10
        }
        for (const one of steps) {
          if (one.type === 'wait') now += one.ms
          else if (one.type === 'deposit') {
            budget.deposit(now)
            seen.push({ slot: Math.floor(now / slotMs), tenths })
          } else {
            const expected = balance() >= 1 - 1e-9
            expect(budget.withdraw(now)).toBe(expected)
            if (expected) seen.push({ slot: Math.floor(now / slotMs), tenths: -10 })
          }
          expect(budget.balance(now)).toBeCloseTo(balance(), 6)
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  it.each<[unknown, string]>([
    [{ ratio: -0.1 }, 'retryBudget.ratio must be a number from 0 to 1000, got -0.1'],
    [{ minPerSecond: Infinity }, 'retryBudget.minPerSecond must be a number from 0 to 1000000, got Infinity'],
    [{ ttlMs: 10 }, 'retryBudget.ttlMs must be a number from 1000 to 3600000, got 10'],
    [{ ttl: 10 }, 'retryBudget.ttl is not an option; did you mean ttlMs?'],
  ])('refuses %o', (options, message) => {
    expect(() => retryBudget(options as RetryBudgetOptions)).toThrow(new TypeError(message))
  })
})

describe('a storm in which everything fails', () => {
  /** Sends `calls` calls that all fail, one every `everyMs`, and counts how often the handler ran. */
  const storm = async (calls: number, everyMs: number, budget: ReturnType<typeof retryBudget> | undefined) => {
    const world = worldOf(retry({ jitterRatio: 0, delaysMs: [20, 40, 80, 160], ...(budget && { budget }) }))
    let failed = 0
    const failAll = async () => {
      await settle()
      while (failed < world.handler.calls.length) world.handler.calls[failed++]!.reject(new Error('broken'))
      await settle()
    }
    for (let n = 0; n < calls; n += 1) {
      world.send()
      await failAll()
      world.clock.advance(everyMs)
      await failAll()
    }
    for (let n = 0; n < 50; n += 1) {
      world.clock.advance(10)
      await failAll()
    }
    return world.handler.calls.length - calls
  }

  it('adds at most the budget: a fifth of the calls, and ten a second', async () => {
    expect(await storm(1000, 1, undefined)).toBe(0.2 * 1000 + 10 * 10)
  })

  it('adds exactly a part of the calls when that is all there is', async () => {
    expect(await storm(500, 2, retryBudget({ ratio: 0.1, minPerSecond: 0 }))).toBe(50)
  })

  it('adds nothing without a budget to spend', async () => {
    expect(await storm(100, 1, retryBudget({ ratio: 0, minPerSecond: 0 }))).toBe(0)
  })

  it('finds in a shared budget what others have put in', async () => {
    const budget = retryBudget({ ratio: 0.1, minPerSecond: 0 })
    const fine = retry({ budget })
    const failing = worldOf(retry({ budget, jitterRatio: 0, delaysMs: 1, attempts: 5 }))
    for (let n = 0; n < 9; n += 1) await fine(fakeCall({ clock: failing.clock }), async () => ({ content: [] }))
    const sent = failing.send()
    for (let runs = 0; sent.outcome === 'open'; runs += 1) {
      ;(await failing.arrived(runs)).reject(new Error('broken'))
      await settle()
      failing.clock.advance(1)
      await settle()
    }
    expect(failing.handler.calls).toHaveLength(2)
  })
})
