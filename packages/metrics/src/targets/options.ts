import { checkOptions, having, integer, number, systemClock } from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import type { Collection } from '../collection.ts'
import { collectionOf } from '../collections.ts'
import type { Metrics } from '../metrics.ts'
import { measures } from './measures.ts'
import type { TargetName } from './measures.ts'

/** What a server is meant to reach. */
export type Goals = {
  readonly [Name in TargetName]?: number | undefined
}

/** Options of `targets`; each of the first five is a target, and there has to be one. */
export interface TargetsOptions extends Goals {
  /**
   * How long 95 of 100 calls may take at most, in milliseconds above 0. What was refused or cancelled does not count. It is
   * read off the buckets of `metrics`: put an end of one where the target is to have it sharp. @default no target
   */
  readonly p95Ms?: number | undefined
  /** The same of 99 of 100 calls. @default no target */
  readonly p99Ms?: number | undefined
  /** Which part of the calls goes well at least, above 0 to 1; cancelled ones do not count. @default no target */
  readonly successRatio?: number | undefined
  /** Which part of all lookups the cache answers at least, above 0 to 1. @default no target */
  readonly hitRatio?: number | undefined
  /**
   * Which part of its connections any pool uses at most, on average, above 0 to 1. It is known of pools that `metrics`
   * watches and that have a limit. @default no target
   */
  readonly poolUseRatio?: number | undefined
  /** What `metrics()` gives: where the numbers come from, and where the targets are shown. */
  readonly metrics: Metrics
  /** How far back is looked, in milliseconds, at least 1000. @default 300_000 */
  readonly windowMs?: number | undefined
  /** How often is looked, in milliseconds, from 100 to `windowMs`. @default 10_000, or `windowMs` */
  readonly everyMs?: number | undefined
  /** On fewer calls, or lookups, in the window nothing is said; an integer ≥ 1. @default 20 */
  readonly minCalls?: number | undefined
  /**
   * How far beyond a target the server has to be before it counts as reached again, as a part of what is aimed at, or of
   * what lacks to all; from 0 to 1. With 0.1 a breach of 200 ms ends at 180, one of 0.99 at 0.991. @default 0.1
   */
  readonly marginRatio?: number | undefined
  /** @default the system's time */
  readonly clock?: Clock | undefined
}

/** The options with their defaults. */
export interface TargetsPlan {
  readonly goals: ReadonlyArray<{ readonly target: TargetName; readonly goal: number }>
  readonly collection: Collection
  readonly windowMs: number
  readonly everyMs: number
  readonly minCalls: number
  readonly marginRatio: number
  readonly clock: Clock
}

/** @throws TypeError when an option makes no sense, or when there is no target */
export const targetsPlanOf = (options: TargetsOptions): TargetsPlan => {
  checkOptions('targets', options, checks)
  const {
    windowMs = 300_000,
    everyMs = Math.min(10_000, windowMs),
    minCalls = 20,
    marginRatio = 0.1,
    clock = systemClock,
  } = options ?? {}
  const collection = collectionOf(options?.metrics)
  if (collection === undefined) {
    throw new TypeError('targets.metrics must be what metrics() gives: it has the numbers')
  }
  if (everyMs > windowMs) throw new TypeError(`targets.everyMs must be at most windowMs, ${windowMs}, got ${everyMs}`)
  const goals = names.flatMap((target) => {
    const goal = options[target]
    return goal === undefined ? [] : [{ target, goal }]
  })
  if (goals.length === 0) throw new TypeError(`targets needs a target: ${names.join(', ')}`)
  const lastMs = collection.bounds.at(-1)! * 1000
  for (const { target, goal } of goals) {
    if (target.endsWith('Ms') && goal > lastMs) {
      throw new TypeError(
        `targets.${target} must be at most the end of the last bucket of metrics, ${lastMs}, got ${goal}`,
      )
    }
  }
  return { goals, collection, windowMs, everyMs, minCalls, marginRatio, clock }
}

const names = Object.keys(measures) as TargetName[]

const above0 =
  (max: number): Check =>
  (value) =>
    typeof value === 'number' && value > 0 && value <= max
      ? undefined
      : `a number above 0${max === Infinity ? '' : ` and at most ${max}`}`

const checks = {
  p95Ms: above0(Infinity),
  p99Ms: above0(Infinity),
  successRatio: above0(1),
  hitRatio: above0(1),
  poolUseRatio: above0(1),
  metrics: (value: unknown) => (collectionOf(value) === undefined ? 'what metrics() gives' : undefined),
  windowMs: number({ min: 1000 }),
  everyMs: number({ min: 100 }),
  minCalls: integer({ min: 1 }),
  marginRatio: number({ min: 0, max: 1 }),
  clock: having('a clock', 'now', 'after'),
}
