import { checkOptions, func, integer, number, oneOf, text } from '@millrace/core'
import type { Call, Check } from '@millrace/core'
import { isDependencyFailure } from '../ending.ts'
import type { IsFailure } from '../ending.ts'
import { exponential, schedule, waitsOf } from '../schedule.ts'
import type { Schedule } from '../schedule.ts'
import { snapshot } from './snapshot.ts'
import type { BreakerSnapshot } from './snapshot.ts'

/** Options of `breaker`. */
export interface BreakerOptions {
  /** What is looked at: the last calls (`count`) or the calls of the last seconds (`time`). @default 'count' */
  readonly window?: 'count' | 'time' | undefined
  /** How many calls or seconds that is, from 1 to 100,000 or 3,600. @default 100 calls or 10 seconds */
  readonly size?: number | undefined
  /** Opens when this part of them or more failed, above 0 to 1. @default 0.5 */
  readonly failureRatio?: number | undefined
  /** A call that takes longer counts as slow, in milliseconds. @default Infinity: none does */
  readonly slowCallMs?: number | undefined
  /** Opens when this part of them or more were slow, above 0 to 1; needs `slowCallMs`. @default 1 */
  readonly slowRatio?: number | undefined
  /** Never opens on fewer calls than this; at least 1, and at most `size` when that is calls. @default 10, or `size` */
  readonly minCalls?: number | undefined
  /** How long it stays open the first, second, … time in a row; `Infinity` until `reset()`. @default 5, 10, 20, … 60 s */
  readonly openMs?: Schedule | undefined
  /** How much of that may be cut off by chance, from 0 to 1. @default 0.1 */
  readonly jitterRatio?: number | undefined
  /** How many calls are then let through to see whether it works again, from 1 to 1000. @default 3 */
  readonly halfOpenProbes?: number | undefined
  /** Opens again when they have not all ended so long after the last of them began, in milliseconds. @default 60_000 */
  readonly maxHalfOpenMs?: number | undefined
  /**
   * Which endings are failures of the dependency. It is never asked of cancelled calls and of what is wrong with the
   * request itself; refusals (`rejected`) that it says nothing of count as nothing, and so does what it throws on, of
   * which an event tells.
   * @default the handler threw or took too long, except for what is wrong with the request itself
   */
  readonly isFailure?: IsFailure | undefined
  /** Calls of one key share a circuit. @default the operation, such as `tools/call search` */
  readonly key?: ((call: Call) => string) | undefined
  /** How many circuits are remembered; at least 1. @default 1000 */
  readonly maxKeys?: number | undefined
  /** What `toJSON` of an earlier breaker gave: its circuits go on where they were. @default none: all are closed */
  readonly initialState?: BreakerSnapshot | undefined
  /** What events call it. @default 'breaker' */
  readonly name?: string | undefined
  /** A random number from 0 to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined
}

/** What an owner may want of a circuit: let everything through uncounted, or nothing, or only count, or work. */
export type Mode = 'closed' | 'isolated' | 'disabled' | 'observing'

/** The options with their defaults in place. */
export interface BreakerPlan {
  readonly window: 'count' | 'time'
  readonly size: number
  readonly failureRatio: number
  readonly slowCallMs: number
  readonly slowRatio: number
  readonly minCalls: number
  readonly openMs: (count: number) => number
  readonly jitterRatio: number
  readonly probes: number
  readonly maxHalfOpenMs: number
  readonly isFailure: IsFailure
  /** Whether the author has a say in which answers are failures. */
  readonly looksAtAnswers: boolean
  readonly key: (call: Call) => string
  readonly maxKeys: number
  readonly initialState: BreakerSnapshot | undefined
  readonly name: string
  readonly random: () => number
  /** Whether the time of an ending matters. */
  readonly isTimed: boolean
}

/**
 * Checks the options and fills in what is missing.
 *
 * @throws TypeError naming the option that makes no sense.
 */
export const planOf = (options: BreakerOptions): BreakerPlan => {
  const isCount = (options as BreakerOptions | undefined)?.window !== 'time'
  checkOptions('breaker', options, checksFor(isCount))
  const {
    window = 'count',
    size = isCount ? 100 : 10,
    failureRatio = 0.5,
    slowCallMs = Infinity,
    slowRatio = 1,
    minCalls = isCount ? Math.min(10, size) : 10,
    openMs = exponential({ firstMs: 5000, maxMs: 60_000 }),
    jitterRatio = 0.1,
    halfOpenProbes: probes = 3,
    maxHalfOpenMs = 60_000,
    isFailure = isDependencyFailure,
    key = (call: Call) => call.operation,
    maxKeys = 1000,
    initialState,
    name = 'breaker',
    random = Math.random,
  } = options
  if (isCount && minCalls > size) {
    throw new TypeError(`breaker.minCalls must be at most breaker.size, which is ${size}, got ${minCalls}`)
  }
  // An author who says Infinity has thought of it.
  if (options.slowRatio !== undefined && options.slowCallMs === undefined) {
    throw new TypeError(
      'breaker.slowRatio needs slowCallMs, which says from how many milliseconds on a call is slow; without it none is',
    )
  }
  return {
    window,
    size,
    failureRatio,
    slowCallMs,
    slowRatio: slowCallMs === Infinity ? Infinity : slowRatio,
    minCalls,
    openMs: waitsOf(openMs),
    jitterRatio,
    probes,
    maxHalfOpenMs,
    isFailure,
    looksAtAnswers: options.isFailure !== undefined,
    key,
    maxKeys,
    initialState,
    name,
    random,
    isTimed: !isCount,
  }
}

const ratio: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= 1 ? undefined : 'a number above 0 and at most 1'

const checksFor = (isCount: boolean): { readonly [option: string]: Check } => ({
  window: oneOf('count', 'time'),
  size: integer({ min: 1, max: isCount ? 100_000 : 3600 }),
  failureRatio: ratio,
  slowCallMs: number({ min: 0, unlimited: true }),
  slowRatio: ratio,
  minCalls: integer({ min: 1 }),
  openMs: schedule,
  jitterRatio: number({ min: 0, max: 1 }),
  halfOpenProbes: integer({ min: 1, max: 1000 }),
  maxHalfOpenMs: number({ min: 0, unlimited: true }),
  isFailure: func,
  key: func,
  maxKeys: integer({ min: 1, max: 1_000_000 }),
  initialState: snapshot,
  name: text,
  random: func,
})
