import { checkOptions, number } from '@millrace/core'
import type { Check } from '@millrace/core'

/**
 * How long to wait the first, second, … time, in milliseconds: always the same, a list whose last item stays, or a
 * function of the count, which starts at 1. What is not above 0 means no wait.
 */
export type Schedule = number | readonly number[] | ((count: number) => number)

/** Options of `exponential`. */
export interface ExponentialOptions {
  /** The first wait, in milliseconds. @default 1000 */
  readonly firstMs?: number | undefined
  /** What each wait is multiplied by, from 1 to 10. @default 2 */
  readonly factor?: number | undefined
  /** The longest wait, in milliseconds. @default 30_000 */
  readonly maxMs?: number | undefined
}

/**
 * Waits that grow by a factor: 1, 2, 4, 8, … 30 s.
 *
 * @throws TypeError when an option makes no sense.
 */
export const exponential = (options: ExponentialOptions = {}): ((count: number) => number) => {
  checkOptions('exponential', options, { firstMs: ms, factor: number({ min: 1, max: 10 }), maxMs: ms })
  const { firstMs = 1000, factor = 2, maxMs = 30_000 } = options
  return (count) => Math.min(maxMs, firstMs * factor ** (count - 1))
}

/** The schedule as a function whose values are never below 0. */
export const waitsOf = (schedule: Schedule): ((count: number) => number) => {
  if (typeof schedule === 'number') return () => schedule
  if (typeof schedule === 'function') return (count) => atLeastZero(schedule(count))
  return (count) => schedule[Math.min(count, schedule.length) - 1] ?? 0
}

/**
 * A wait made shorter by chance, so that those who failed together do not come back together: 1 is full jitter (from
 * nothing to the whole wait), 0 none. (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.)
 */
export const jittered = (waitMs: number, jitterRatio: number, random: () => number): number =>
  jitterRatio === 0 || waitMs === Infinity ? waitMs : waitMs * (1 - jitterRatio * random())

/** Checks a schedule. */
export const schedule: Check = (value) =>
  typeof value === 'function' || ms(value) === undefined || isListOfWaits(value)
    ? undefined
    : 'a number ≥ 0 or Infinity, an array of them that is not empty, or a function'

const ms = number({ min: 0, unlimited: true })

const isListOfWaits = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => ms(item) === undefined)

const atLeastZero = (value: number): number => (value > 0 ? value : 0)
