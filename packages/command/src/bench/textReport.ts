import { duration } from '@millrace/core'
import { columns } from './columns.ts'
import { cellNames, cellsOf, counted, grouped, ms, percent, rate, size } from './numbers.ts'
import type { Report } from './report.ts'

/** A report as people read it in a terminal. */
export const textReport = (report: Report): string =>
  [
    `${report.target} · ${report.server} · ${report.protocol}`,
    loadOf(report),
    '',
    ...totalsOf(report),
    '',
    ...operationsOf(report),
    ...errorsOf(report),
    ...report.notes.map((note) => `\n${note}`),
    '',
  ].join('\n')

/** How the load was made, as a sentence without an end. */
export const loadOf = ({ load, transport, measuredMs }: Report): string => {
  const lanes = transport === 'http' ? counted(load.concurrency, 'connection') : `${load.concurrency} at a time`
  const how =
    load.ratePerSecond === undefined
      ? `${lanes}, one call after another`
      : `${rate(load.ratePerSecond)} calls a second, ${lanes} at most`
  return `${how}, for ${duration(measuredMs)} after ${duration(load.warmUpMs)} of warm-up`
}

const totalsOf = ({ calls, failed, errorRatio, ratePerSecond, bytesPerSecond, latency }: Report): string[] => [
  `calls    ${grouped(calls)}, ${rate(ratePerSecond)} answered a second${bytesPerSecond > 0 ? `, ${size(bytesPerSecond)} a second` : ''}`,
  `failed   ${grouped(failed)} (${percent(errorRatio)})`,
  `latency  ${latencyOf(latency)}`,
]

/** The percentiles that matter, in words. */
export const latencyOf = ({ count, p50, p95, p99, max }: Report['latency']): string =>
  count === 0
    ? 'none, as no call was answered well'
    : `p50 ${ms(p50)} ms, p95 ${ms(p95)} ms, p99 ${ms(p99)} ms, max ${ms(max)} ms`

const operationsOf = ({ operations, latency, failed }: Report): string[] => {
  const rows = operations.map(({ operation, failed, latency }) => rowOf(operation, failed, latency))
  const all = rows.length > 1 ? [rowOf('all', failed, latency)] : []
  return columns([['ms', 'answered', 'failed', ...cellNames], ...rows, ...all])
}

const rowOf = (name: string, failed: number, latency: Report['latency']): string[] => [
  name,
  grouped(latency.count),
  grouped(failed),
  ...cellsOf(latency),
]

const errorsOf = ({ errors }: Report): string[] => {
  if (errors.length === 0) return []
  const lines = errors.map(({ count, kind, detail, operation, message, retryAfterMs }) => {
    const again = retryAfterMs === undefined ? '' : `, try again after up to ${duration(retryAfterMs)}`
    const said = message === undefined || message === '' ? '' : `: ${message}`
    return `${grouped(count).padStart(8)} × ${kind} (${detail}), ${operation}${again}${said}`
  })
  return ['', 'failures', ...lines]
}
