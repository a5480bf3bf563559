import { ms, percent, rate } from './numbers.ts'
import type { Report } from './report.ts'

/** What a load must come to, for CI. Times are milliseconds. */
export interface Thresholds {
  readonly maxP50?: number
  readonly maxP95?: number
  readonly maxP99?: number
  readonly maxErrorRatio?: number
  readonly minRate?: number
}

/** What a report falls short of, one sentence each. A load without one good answer always does. */
export const shortfalls = (
  report: Report,
  { maxP50, maxP95, maxP99, maxErrorRatio, minRate }: Thresholds,
): string[] => {
  const { latency, errorRatio, ratePerSecond, calls, failed } = report
  if (calls === failed) return [calls === 0 ? 'No call was made in the time measured.' : 'No call was answered well.']
  const slow = ([name, value, limit]: readonly [string, number, number | undefined]): string[] =>
    limit === undefined || value <= limit ? [] : [`${name} is ${ms(value)} ms, more than ${limit} ms.`]
  const rates = [
    ['p50', latency.p50, maxP50] as const,
    ['p95', latency.p95, maxP95] as const,
    ['p99', latency.p99, maxP99] as const,
  ]
  return [
    ...rates.flatMap(slow),
    ...(maxErrorRatio !== undefined && errorRatio > maxErrorRatio
      ? [`${percent(errorRatio)} of calls failed, more than ${percent(maxErrorRatio)}.`]
      : []),
    ...(minRate !== undefined && ratePerSecond < minRate
      ? [`${rate(ratePerSecond)} answers a second, fewer than ${rate(minRate)}.`]
      : []),
  ]
}
