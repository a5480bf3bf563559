import type { Report } from '../report.ts'
import { plot } from './plot.ts'

/** The plots of a report: the distribution of latencies, and what happened over time. */
export const plots = ({ curve, intervals, measuredMs }: Report): string[] => {
  const seconds = (pick: (interval: Report['intervals'][number]) => number) =>
    intervals.map((interval) => [(interval.atMs + interval.lengthMs / 2) / 1000, pick(interval)] as const)
  const marks = timeMarks(measuredMs / 1000)
  const perSecond = (count: number, lengthMs: number) => (count * 1000) / lengthMs
  return [
    plot({
      title: 'Latency by percentile',
      unit: 'ms',
      lines: [{ name: 'answered', points: curve.map(([percent, ms]) => [rank(percent, curve), ms] as const) }],
      marks: percentMarks.filter(([x]) => x <= (curve.length > 1 ? rank(100, curve) : 1)),
    }),
    plot({
      title: 'Calls over time',
      unit: 'calls a second',
      lines: [
        { name: 'answered', points: seconds(({ answered, lengthMs }) => perSecond(answered, lengthMs)) },
        { name: 'failed', points: seconds(({ failed, lengthMs }) => perSecond(failed, lengthMs)) },
      ],
      marks,
    }),
    plot({
      title: 'Latency over time',
      unit: 'ms',
      lines: [
        { name: 'p50', points: seconds(({ p50 }) => p50) },
        { name: 'p99', points: seconds(({ p99 }) => p99) },
        { name: 'max', points: seconds(({ max }) => max) },
      ],
      marks,
    }),
  ]
}

/** Nines: 0 for 0 %, 1 for 90 %, 2 for 99 %; 100 % stands a little to the right of the last point that has one. */
const rank = (percent: number, curve: Report['curve']): number => {
  if (percent < 100) return Math.log10(100 / (100 - percent))
  const [before] = curve.at(-2) ?? [0]
  return Math.log10(100 / (100 - before)) + 0.1
}

const percentMarks = ['0 %', '90 %', '99 %', '99.9 %', '99.99 %', '99.999 %'].map((label, x) => [x, label] as const)

const timeMarks = (seconds: number): Array<readonly [number, string]> =>
  [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = part * seconds
    return [at, `${at.toFixed(seconds < 10 ? 1 : 0)} s`] as const
  })
