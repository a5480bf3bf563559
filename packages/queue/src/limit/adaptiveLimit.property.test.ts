import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AdaptiveLimit } from './adaptiveLimit.ts'
import { Pace } from './pace.ts'

/** Calls of one kind that end one after the other. */
interface Ended {
  /** Which class of calls. */
  readonly pace: number
  readonly ms: number
  /** How long after the one before. */
  readonly afterMs: number
  readonly inFlight: number
  readonly isPressed: boolean
  /** Whether they began before the last change of circumstances. */
  readonly isLate: boolean
  /** Decisions take dozens. */
  readonly times: number
}

const ended: fc.Arbitrary<Ended> = fc.record({
  pace: fc.nat(3),
  // From below what a clock can tell to a call that hung for a day.
  ms: fc.oneof(fc.constantFrom(0, 1e-9, 86_400_000), fc.double({ min: 0.01, max: 5000, noNaN: true })),
  afterMs: fc.constantFrom(0, 0, 1, 10, 100, 5000, 60_000),
  inFlight: fc.integer({ min: 1, max: 2000 }),
  isPressed: fc.boolean(),
  isLate: fc.boolean(),
  times: fc.constantFrom(1, 1, 10, 60),
})

const bounds = fc
  .record({
    min: fc.integer({ min: 1, max: 50 }),
    width: fc.nat(1000),
    start: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ min, width, start }) => ({ min, max: min + width, initial: min + Math.round(start * width) }))

interface Measured {
  readonly limit: AdaptiveLimit
  readonly now: number
}

/** Feeds a limit, and looks after every call whether what it says makes sense. */
const fed = (limit: AdaptiveLimit, steps: readonly Ended[], look: () => void): Measured => {
  const paces = Array.from({ length: 4 }, () => new Pace())
  let now = 0
  for (const { pace, ms, afterMs, inFlight, isPressed, isLate, times } of steps) {
    for (let at = 0; at < times; at += 1) {
      now += afterMs
      if (isPressed) limit.pressed()
      const before = limit.current
      const hasChanged = limit.measured(paces[pace]!, ms, limit.epoch - Number(isLate), now, inFlight)
      expect(hasChanged).toBe(limit.current !== before)
      look()
    }
  }
  return { limit, now }
}

describe('an adaptive limit, whatever it is told', () => {
  it('is a whole number between its bounds, and says when it changes', () => {
    fc.assert(
      fc.property(bounds, fc.array(ended, { maxLength: 60 }), (given, steps) => {
        const limit = new AdaptiveLimit(given)
        fed(limit, steps, () => {
          expect(Number.isInteger(limit.current)).toBe(true)
          expect(limit.current).toBeGreaterThanOrEqual(given.min)
          expect(limit.current).toBeLessThanOrEqual(given.max)
        })
      }),
    )
  })

  it('does not grow while nobody presses against it', () => {
    fc.assert(
      fc.property(bounds, fc.array(ended, { maxLength: 60 }), (given, steps) => {
        const limit = new AdaptiveLimit(given)
        const calm = steps.map((one) => ({ ...one, isPressed: false }))
        fed(limit, calm, () => expect(limit.current).toBeLessThanOrEqual(given.initial))
      }),
    )
  })

  it('finds its way back from any of it: many calls that never wait for each other raise it again', () => {
    fc.assert(
      fc.property(fc.array(ended, { maxLength: 60 }), (steps) => {
        const { limit, now } = fed(new AdaptiveLimit({ min: 1, max: 100, initial: 20 }), steps, () => {})
        const pace = new Pace()
        // Two minutes of a dependency that takes 10 ms however many ask it.
        for (let at = now; at < now + 120_000; at += 10 / limit.current) {
          limit.pressed()
          limit.measured(pace, 10, limit.epoch, at, limit.current)
        }
        expect(limit.current).toBeGreaterThanOrEqual(50)
      }),
      { numRuns: 30 },
    )
  })
})
