import { fakeCall, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rateLimit } from '../index.ts'

// A bucket in whole units, without any rounding: a call costs `perMs` of them, a millisecond brings `calls`.
class Bucket {
  readonly #calls: number
  readonly #perMs: number
  readonly #most: number
  #level: number
  #at = 0

  constructor(calls: number, perMs: number, burst: number) {
    this.#calls = calls
    this.#perMs = perMs
    this.#level = this.#most = burst * perMs
  }

  take(now: number, cost: number): boolean {
    this.#level = Math.min(this.#most, this.#level + (now - this.#at) * this.#calls)
    this.#at = now
    if (this.#level < cost * this.#perMs) return false
    this.#level -= cost * this.#perMs
    return true
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ who: fc.constantFrom('ann', 'bob'), cost: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ waitMs: fc.integer({ min: 0, max: 400 }) }) },
)

describe('a rate limit', () => {
  it('lets through what a bucket of tokens would, however calls come', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(100, 1000, 7000),
      fc.integer({ min: 1, max: 8 }),
      fc.array(step, { minLength: 20, maxLength: 100 }),
      async (calls, perMs, burst, steps) => {
        const clock = manualClock(1_700_000_000_000)
        const own = rateLimit({ calls, perMs, burst, cost: ({ input }) => input as number })
        const buckets = new Map<string, Bucket>()
        for (const one of steps) {
          if ('waitMs' in one) {
            clock.advance(one.waitMs)
            continue
          }
          const bucket = buckets.get(one.who) ?? new Bucket(calls, perMs, burst)
          buckets.set(one.who, bucket)
          const call = fakeCall({ clock, principal: one.who, input: one.cost })
          const passed = await own(call, async () => ({})).then(
            () => true,
            () => false,
          )
          expect(passed).toBe(bucket.take(clock.now() - 1_700_000_000_000, one.cost))
        }
        expect(clock.timers).toBe(0)
      },
    )
    await fc.assert(property, { numRuns: 300 })
  }, 60_000)

  it('never lets more than the burst and the rate through in any stretch of time, and keeps its word', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 50, maxLength: 200 }),
      async (waits) => {
        const clock = manualClock()
        const own = rateLimit({ calls: 10, burst: 4 })
        const passedAt: number[] = []
        let promisedAt = Infinity
        for (const waitMs of waits) {
          clock.advance(waitMs)
          const now = clock.now()
          try {
            await own(fakeCall({ clock }), async () => ({}))
            passedAt.push(now)
            promisedAt = Infinity
          } catch (error) {
            expect(now).toBeLessThan(promisedAt)
            const { retryAfterMs } = error as { readonly retryAfterMs: number }
            promisedAt = now + retryAfterMs
            expect(retryAfterMs).toBeGreaterThan(0)
            expect(retryAfterMs).toBeLessThanOrEqual(100)
          }
        }
        for (const [index, from] of passedAt.entries()) {
          for (const [count, until] of passedAt.slice(index).entries()) {
            expect(count + 1).toBeLessThanOrEqual(4 + (until - from) / 100 + 1e-6)
          }
        }
      },
    )
    await fc.assert(property, { numRuns: 50 })
  }, 60_000)
})
