import { asMiddleware, checkOptions, either, func, integer, number } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { Keyed } from '../keyed.ts'
import { isReading, isUnknown, warnOfUndescribed } from '../permission.ts'
import { retryBudget } from '../retry/retryBudget.ts'
import { Latency } from './latency.ts'
import { measured } from './measured.ts'
import { Race } from './race.ts'
import type { HedgePlan } from './race.ts'

/** Options of `hedge`. */
export interface HedgeOptions {
  /**
   * An extra attempt starts when a call takes longer than this, in milliseconds ≥ 0, or a function that says so call by
   * call (`Infinity`: never). It takes the place of `percentile`, `minSamples` and `minDelayMs`.
   * @default what `percentile` comes to
   */
  readonly delayMs?: number | ((call: Call) => number) | undefined
  /** An extra attempt starts when a call takes longer than this share of those before it, from 0.5 to 0.999. @default 0.95 */
  readonly percentile?: number | undefined
  /** How many calls of an operation must have been measured before any is hedged; at least 1. @default 100 */
  readonly minSamples?: number | undefined
  /** How long measurements count: between one and two of these periods, in milliseconds; at least 1000. @default 60_000 */
  readonly periodMs?: number | undefined
  /** No extra attempt starts sooner than this, in milliseconds. @default 1 */
  readonly minDelayMs?: number | undefined
  /**
   * Extra attempts per call that reached this middleware within the last 10 s, from 0 to 1: with 0.1 none before the
   * tenth call. @default 0.1
   */
  readonly budgetRatio?: number | undefined
  /** Extra attempts for one call, from 1 to 10, each as long after the one before. @default 1 */
  readonly maxExtra?: number | undefined
  /**
   * Which calls may run twice at the same time. @default methods that read, tools that say they only read, and a
   * handler this is wrapped around whose tool says nothing of itself, on a server that has `use`
   */
  readonly isHedgeable?: ((call: Call) => boolean) | undefined
  /** How many operations are measured; at least 1. @default 1000 */
  readonly maxKeys?: number | undefined
}

/**
 * Asks again, without giving up on the first attempt, when a call takes longer than most: the first good answer wins
 * and the other attempts are cancelled. An attempt that fails does not end the call while another runs; when all have
 * failed the caller gets the first failure. An extra attempt starts only when the budget allows it and half of all
 * calls, as far as they are known, would be done before the deadline. Its progress notifications are dropped unless it is the only one left.
 *
 * (Dean and Barroso, "The Tail at Scale", 2013; percentile and rotating histogram as in tower's `hedge`.)
 *
 * @throws TypeError when an option makes no sense.
 */
export const hedge = (options: HedgeOptions = {}): Middleware & { readonly stage: 'hedge' } => {
  checkOptions('hedge', options, checks)
  const learnedDelay = (['percentile', 'minSamples', 'minDelayMs'] as const).find((name) => options[name] !== undefined)
  if (options.delayMs !== undefined && learnedDelay !== undefined) {
    throw new TypeError(`hedge.delayMs takes the place of hedge.${learnedDelay}: give one of them`)
  }
  const {
    delayMs,
    percentile = 0.95,
    minSamples = delayMs === undefined ? 100 : 1,
    periodMs = 60_000,
    minDelayMs = 1,
    budgetRatio = 0.1,
    maxExtra = 1,
    isHedgeable = isReading,
    maxKeys = 1000,
  } = options
  const budget = retryBudget({ ratio: budgetRatio, minPerSecond: 0 })
  const plan: HedgePlan = { budget, maxExtra }
  const fixedOf = delayMs === undefined ? undefined : fixedDelay(delayMs)
  const latencies = new Keyed(maxKeys, () => new Latency(percentile, minSamples, periodMs))
  return asMiddleware(
    (call, next) => {
      if (!isHedgeable(call)) {
        if (options.isHedgeable === undefined && isUnknown(call)) {
          warnOfUndescribed('hedge', 'isHedgeable', 'no second attempt is made')
        }
        return next(call)
      }
      const now = call.clock.now()
      budget.deposit(now)
      const latency = latencies.get(call.operation, call.clock)
      const learnedMs = latency.delayAt(now)
      const waitMs = fixedOf === undefined ? learnedMs && Math.max(minDelayMs, learnedMs) : fixedOf(call)
      if (waitMs === undefined || waitMs === Infinity) return measured(latency, call, next, now)
      return new Race(plan, latency, call, next, now).run(waitMs)
    },
    { stage: 'hedge', covers: isHedgeable },
  )
}

const fixedDelay =
  (delayMs: number | ((call: Call) => number)) =>
  (call: Call): number => {
    if (typeof delayMs === 'number') return delayMs
    const value: unknown = delayMs(call)
    if (typeof value === 'number' && value >= 0) return value
    throw new TypeError(`hedge.delayMs must give a number ≥ 0 or Infinity, got ${String(value)}`)
  }

const checks = {
  delayMs: either(number({ min: 0, max: 86_400_000 }), func),
  percentile: number({ min: 0.5, max: 0.999 }),
  minSamples: integer({ min: 1, max: 1_000_000 }),
  periodMs: number({ min: 1000, max: 86_400_000 }),
  minDelayMs: number({ min: 0, max: 86_400_000 }),
  budgetRatio: number({ min: 0, max: 1 }),
  maxExtra: integer({ min: 1, max: 10 }),
  isHedgeable: func,
  maxKeys: integer({ min: 1, max: 1_000_000 }),
}
