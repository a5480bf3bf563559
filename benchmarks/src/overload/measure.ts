import type { Recorded } from './call.ts'
import type { Scenario } from './scenario.ts'
import type { Simulated } from './simulate.ts'

/** What one simulation says, of the calls that count. Ratios are of 1; NaN where there was nothing to count. */
export interface Measures {
  /** Answers in time, per second. */
  readonly goodput: number
  /** How long an answer in time took, in milliseconds. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Calls that got no answer in time. */
  readonly shedRatio: number
  /** Calls that were told so. */
  readonly refusedRatio: number
  /** How long a refusal took. */
  readonly refusalP99Ms: number
  /** Work that was done for callers that were gone when it was finished. */
  readonly wastedRatio: number
  /** Answered share of the calls of each priority, tool and principal. */
  readonly served: Readonly<Record<string, number>>
  /** Share of all answers in time that is each tool's. */
  readonly toolShare: Readonly<Record<string, number>>
  /** Seconds from where counting begins until all goes well again. */
  readonly recoveryS: number
  /** Median of the subject's limit; NaN where it does not tell. */
  readonly limit: number
}

export const measure = ({ calls, limits }: Simulated, scenario: Scenario): Measures => {
  const { fromS, untilS } = scenario
  const counted = calls.filter(({ arrivedAt }) => arrivedAt >= fromS * 1000 && arrivedAt < untilS * 1000)
  const served = counted.filter(isServed)
  const refused = counted.filter(({ end }) => end === 'refused')
  const answers = served.map(tookMs)
  const worked = (some: readonly Recorded[]) => sum(some.map(({ work }) => work?.doneMs ?? 0))
  return {
    goodput: served.length / (untilS - fromS),
    p50Ms: percentile(answers, 0.5),
    p99Ms: percentile(answers, 0.99),
    shedRatio: 1 - served.length / counted.length,
    refusedRatio: refused.length / counted.length,
    refusalP99Ms: percentile(refused.map(tookMs), 0.99),
    wastedRatio: 1 - worked(served) / worked(counted),
    served: servedOf(counted),
    toolShare: shares(served),
    recoveryS: recoveryS(counted, scenario),
    limit: percentile(limits.slice(fromS * 10, untilS * 10), 0.5),
  }
}

/** The value that the given share of the values does not exceed. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

const isServed = ({ end }: Recorded): boolean => end === 'served'
const tookMs = ({ arrivedAt, endedAt }: Recorded): number => endedAt - arrivedAt
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const servedOf = (calls: readonly Recorded[]): Record<string, number> => {
  const groups = new Map<string, Recorded[]>()
  for (const call of calls) {
    for (const name of [call.priority, call.tool, call.principal ?? '']) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [call])
      else group.push(call)
    }
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.filter(isServed).length / group.length]))
}

const shares = (served: readonly Recorded[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { tool } of served) counts[tool] = (counts[tool] ?? 0) + 1
  return Object.fromEntries(Object.entries(counts).map(([tool, count]) => [tool, count / served.length]))
}

/**
 * The first quarter of a second from which on, in each of two seconds, of those who ask for the first time 95 % are
 * answered; Infinity when that never comes. Whole seconds, since in less than that chance alone refuses a few.
 */
const recoveryS = (calls: readonly Recorded[], { fromS, untilS }: Scenario): number => {
  const quarters = Array.from({ length: (untilS - fromS) * 4 }, () => ({ asked: 0, served: 0 }))
  for (const { attempt, arrivedAt, end } of calls) {
    if (attempt > 0) continue
    const quarter = quarters[Math.floor((arrivedAt - fromS * 1000) / 250)]!
    quarter.asked += 1
    if (end === 'served') quarter.served += 1
  }
  const isWell = (at: number): boolean => {
    const second = quarters.slice(at, at + 4)
    return sum(second.map(({ served }) => served)) >= 0.95 * sum(second.map(({ asked }) => asked))
  }
  const at = quarters.findIndex(
    (_, quarter) => quarter + 8 <= quarters.length && isWell(quarter) && isWell(quarter + 4),
  )
  return at === -1 ? Infinity : at / 4
}
