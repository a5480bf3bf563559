import type { Report } from '../bench/report.ts'
import { ratioOf } from './ratio.ts'
import type { Ratio } from './ratio.ts'

/** What two servers are compared by. Of a latency less is better, of a rate more. */
export const metrics = ['p50', 'p90', 'p95', 'p99', 'mean', 'rate'] as const
/** One of them. */
export type Metric = (typeof metrics)[number]

/** One round: the reports of both. */
export type Round = readonly [a: Report, b: Report]

/** What `millrace compare --json` writes. */
export interface Comparison {
  readonly a: Side
  readonly b: Side
  readonly metric: Metric
  /** A ratio closer to 1 than this is no difference. */
  readonly tolerance: number
  readonly verdict: Verdict
  /** B to A, by metric. */
  readonly ratios: { readonly [Name in Metric]: Ratio }
  readonly rounds: ReadonlyArray<readonly [a: Values, b: Values]>
}

/** `better`: B surely is, or fails less. `same`: the difference is smaller than the tolerance. `unsure`: more rounds would tell. */
export type Verdict = 'better' | 'worse' | 'same' | 'unsure'

interface Side {
  readonly target: string
  readonly server: string
  readonly protocol: string
  readonly calls: number
  readonly failed: number
  readonly errorRatio: number
  /** Medians over the rounds. */
  readonly values: Values
}

type Values = { readonly [Name in Metric]: number }

/** Compares the rounds. Each must have a good answer of both. */
export const comparisonOf = (rounds: readonly Round[], metric: Metric, tolerance: number): Comparison => {
  const values = rounds.map(([a, b]) => [valuesOf(a), valuesOf(b)] as const)
  const ratios = Object.fromEntries(
    metrics.map((name) => [name, ratioOf(values.map(([a, b]) => [a[name], b[name]]))]),
  ) as unknown as Comparison['ratios']
  const [a, b] = [sideOf(rounds.map(([a]) => a)), sideOf(rounds.map(([, b]) => b))]
  return {
    a,
    b,
    metric,
    tolerance,
    verdict:
      failureVerdict({ a, b, tolerance }) ??
      verdictOf(metric === 'rate' ? inverse(ratios.rate) : ratios[metric], tolerance),
    ratios,
    rounds: values,
  }
}

/** Whoever fails calls that the other answers is worse, however quick the rest is: it has less to do. */
export const failureVerdict = ({
  a,
  b,
  tolerance,
}: Pick<Comparison, 'a' | 'b' | 'tolerance'>): 'better' | 'worse' | undefined => {
  const more = b.errorRatio - a.errorRatio
  if (Math.abs(more) <= tolerance) return undefined
  return more > 0 ? 'worse' : 'better'
}

/** @param ratio where more is worse */
const verdictOf = ({ from, to }: Ratio, tolerance: number): Verdict => {
  const most = 1 + tolerance
  if (from > most) return 'worse'
  if (to < 1 / most) return 'better'
  return from >= 1 / most && to <= most ? 'same' : 'unsure'
}

const inverse = ({ ratio, from, to }: Ratio): Ratio => ({ ratio: 1 / ratio, from: 1 / to, to: 1 / from })

const valuesOf = ({ latency, ratePerSecond }: Report): Values => {
  const { p50, p90, p95, p99, mean } = latency
  return { p50, p90, p95, p99, mean, rate: ratePerSecond }
}

const sideOf = (reports: readonly Report[]): Side => {
  const { target, server, protocol } = reports[0]!
  const all = reports.map(valuesOf)
  const middle = (name: Metric): number => {
    const sorted = all.map((one) => one[name]).toSorted((one, other) => one - other)
    return sorted[Math.floor(sorted.length / 2)]!
  }
  const calls = reports.reduce((sum, { calls }) => sum + calls, 0)
  const failed = reports.reduce((sum, { failed }) => sum + failed, 0)
  return {
    target,
    server,
    protocol,
    calls,
    failed,
    errorRatio: failed / calls,
    values: Object.fromEntries(metrics.map((name) => [name, middle(name)])) as unknown as Values,
  }
}
