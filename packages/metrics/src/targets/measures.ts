import { quantile } from './quantile.ts'
import type { Reading } from './reading.ts'

/** What has happened between two readings, and how pools were used on average. */
export interface Span {
  readonly before: Reading
  readonly now: Reading
  readonly pools: ReadonlyMap<string, number>
}

/** What a target is measured by. */
export interface Measure {
  /** Whether it is aimed at being small. */
  readonly isMost: boolean
  /** @returns undefined where there is too little to say anything */
  readonly of: (span: Span, minCalls: number) => Measured | undefined
}

/** What was measured, and of what, where there are several. */
export interface Measured {
  readonly value: number
  readonly of?: string
}

/** Names of targets. */
export type TargetName = 'p95Ms' | 'p99Ms' | 'successRatio' | 'hitRatio' | 'poolUseRatio'

const duration =
  (part: number): Measure['of'] =>
  ({ before, now }, minCalls) => {
    const counts = now.durations.counts.map((count, bucket) => count - before.durations.counts[bucket]!)
    const count = now.durations.count - before.durations.count
    return count < minCalls ? undefined : { value: quantile(part, counts, now.durations.bounds) * 1000 }
  }

const ratio = (count: number, all: number, minCalls: number): Measured | undefined =>
  all < minCalls ? undefined : { value: count / all }

export const measures: { readonly [Name in TargetName]: Measure } = {
  p95Ms: { isMost: true, of: duration(0.95) },
  p99Ms: { isMost: true, of: duration(0.99) },
  successRatio: {
    isMost: false,
    of: ({ before, now }, minCalls) => {
      const succeeded = now.succeeded - before.succeeded
      return ratio(succeeded, succeeded + now.failed - before.failed, minCalls)
    },
  },
  hitRatio: {
    isMost: false,
    of: ({ before, now }, minCalls) => ratio(now.hits - before.hits, now.lookups - before.lookups, minCalls),
  },
  poolUseRatio: {
    isMost: true,
    of: ({ pools }) => {
      let most: Measured | undefined
      for (const [of, value] of pools) if (most === undefined || value > most.value) most = { value, of }
      return most
    },
  },
}
