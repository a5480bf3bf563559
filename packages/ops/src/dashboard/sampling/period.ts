import { quantile } from './quantile.ts'
import type { Counts, Frame } from './frame.ts'

/** What happened between two moments, to one operation or to all. */
export interface Period {
  readonly seconds: number
  readonly calls: number
  /** Calls by outcome. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly buckets: readonly number[]
  readonly lookups: ReadonlyMap<string, number>
  readonly savedSeconds: number
}

/** What happened between two frames, by operation. An operation that nothing happened to is among them. */
export const periods = (now: Frame, before: Frame): Map<string, Period> => {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000)
  return new Map(
    Array.from(now.operations, ([name, counts]) => [name, between(counts, before.operations.get(name), seconds)]),
  )
}

/** Several of them, over the same time, as one. */
export const together = (all: Iterable<Period>, seconds: number): Period => {
  const outcomes = new Map<string, number>()
  const lookups = new Map<string, number>()
  const buckets: number[] = []
  let calls = 0
  let savedSeconds = 0
  for (const one of all) {
    calls += one.calls
    savedSeconds += one.savedSeconds
    for (const [outcome, count] of one.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count)
    for (const [result, count] of one.lookups) lookups.set(result, (lookups.get(result) ?? 0) + count)
    for (const [index, count] of one.buckets.entries()) buckets[index] = (buckets[index] ?? 0) + count
  }
  return { seconds, calls, outcomes, buckets, lookups, savedSeconds }
}

/** How long calls took, in milliseconds: a part of them less. Undefined when there were none. */
export const quantileMs = ({ buckets }: Period, part: number, { bounds }: Frame): number | undefined => {
  const seconds = quantile(part, buckets, bounds)
  return seconds === undefined ? undefined : seconds * 1000
}

/** Which part of the calls went well; what its caller has cancelled is not counted. Undefined when there were none. */
export const successRatioOf = ({ calls, outcomes }: Period): number | undefined => {
  const counted = calls - (outcomes.get('cancelled') ?? 0)
  const well = (outcomes.get('ok') ?? 0) + (outcomes.get('inputRequired') ?? 0)
  return counted > 0 ? well / counted : undefined
}

/** Which part of what was looked up the cache had. Undefined when nothing was looked up. */
export const hitRatioOf = ({ lookups }: Period): number | undefined => {
  const hits = (lookups.get('hit') ?? 0) + (lookups.get('stale') ?? 0)
  const all = hits + (lookups.get('miss') ?? 0) + (lookups.get('joined') ?? 0)
  return all > 0 ? hits / all : undefined
}

const between = (now: Counts, before: Counts | undefined, seconds: number): Period => {
  const outcomes = rises(now.outcomes, before?.outcomes)
  return {
    seconds,
    calls: [...outcomes.values()].reduce((sum, one) => sum + one, 0),
    outcomes,
    buckets: now.buckets.map((count, index) => rise(count, before?.buckets[index])),
    lookups: rises(now.lookups, before?.lookups),
    savedSeconds: rise(now.savedSeconds, before?.savedSeconds),
  }
}

/** How much each has risen. */
export const rises = (
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number> | undefined,
): Map<string, number> => new Map(Array.from(now, ([key, count]) => [key, rise(count, before?.get(key))]))

// Counts that have fallen have begun anew.
const rise = (now: number, before = 0): number => (now < before ? now : now - before)
