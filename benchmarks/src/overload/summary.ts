import type { Measures } from './measure.ts'

/** What several seeds say together: means, but of recoveries the slowest. */
export const together = (all: readonly Measures[]): Measures => {
  const of = (pick: (one: Measures) => number): number => mean(all.map(pick))
  return {
    goodput: of(({ goodput }) => goodput),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    shedRatio: of(({ shedRatio }) => shedRatio),
    refusedRatio: of(({ refusedRatio }) => refusedRatio),
    refusalP99Ms: of(({ refusalP99Ms }) => refusalP99Ms),
    wastedRatio: of(({ wastedRatio }) => wastedRatio),
    served: byName(all.map(({ served }) => served)),
    toolShare: byName(all.map(({ toolShare }) => toolShare)),
    recoveryS: Math.max(...all.map(({ recoveryS }) => recoveryS)),
    limit: of(({ limit }) => limit),
  }
}

/** Of what there is: a seed that had nothing to count says nothing. */
const mean = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

const byName = (all: ReadonlyArray<Readonly<Record<string, number>>>): Record<string, number> => {
  const names = new Set(all.flatMap((one) => Object.keys(one)))
  return Object.fromEntries([...names].map((name) => [name, mean(all.map((one) => one[name] ?? 0))]))
}
