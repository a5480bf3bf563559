import type { TimeSplit } from '../calls/timeSplit.ts'
import type { SlowCall } from '../slow/slowCall.ts'
import { duration, percent, short } from './finding.ts'
import type { OperationReport, OpsReport } from './report.ts'

/** A report for people who read it in a terminal. */
export const reportText = (report: OpsReport): string =>
  [
    `${report.calls} calls in ${duration(report.tookMs)}.`,
    '',
    ...findings(report),
    ...time(report),
    ...table(report.operations),
    ...slowText(report.slowCalls),
    ...memory(report),
    '',
  ].join('\n')

const findings = ({ findings: all }: OpsReport): string[] => {
  if (all.length === 0) return ['Nothing stands out.', '']
  return all.flatMap(({ of, text, recommendation }) => [`${of}: ${text}`, `  → ${recommendation}`, ''])
}

const time = ({ time: split, sdkCpuMs, cpu, tookMs, loopDelayP99Ms }: OpsReport): string[] => {
  const all = sum(split)
  const parts = Object.entries(names).map(([name, said]) => {
    const ms = split[name as keyof TimeSplit]
    return `  ${said}: ${duration(ms)}${all === 0 ? '' : `, ${percent(ms / all)}`}`
  })
  const busy = Object.entries(cpu.shares).filter(([owner, share]) => owner !== 'idle' && share >= 0.005)
  return [
    'Where the time of calls went:',
    ...parts,
    `  of that, and before and after, the SDK computed for ${duration(sdkCpuMs)}`,
    '',
    `The main thread computed ${percent(1 - cpu.shares.idle)} of ${duration(tookMs)}; 99 of 100 of its turns were at most ${duration(loopDelayP99Ms)} late:`,
    ...busy.map(([owner, share]) => `  ${owner}: ${percent(share)}`),
    ...cpu.functions.slice(0, 5).map(({ name, at, share }) => `  ${percent(share)} in ${name} (${at})`),
    '',
  ]
}

const table = (operations: readonly OperationReport[]): string[] => {
  const rows = operations.map((one) => [
    one.operation,
    String(one.calls),
    String(one.failed),
    duration(one.p50Ms),
    duration(one.p95Ms),
    percent(one.share),
  ])
  const all = [['operation', 'calls', 'failed', 'p50', 'p95', 'of all time'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

const memory = ({ memory: { heapUsedBytes, grewBytes, classes = [] } }: OpsReport): string[] => [
  '',
  `The heap holds ${mb(heapUsedBytes)}, ${mb(Math.abs(grewBytes))} ${grewBytes < 0 ? 'less' : 'more'} than before.`,
  ...classes
    .slice(0, 10)
    .map(({ name, grewObjects, grewBytes: bytes }) => `  ${name}: ${grewObjects} more, ${mb(bytes)}`),
]

const sum = (split: TimeSplit): number => Object.values(split).reduce((all: number, ms: number) => all + ms, 0)

const mb = (bytes: number): string => `${short(bytes / 1_048_576)} MB`

const slowText = (calls: OpsReport['slowCalls']): string[] =>
  calls.length === 0 ? [] : ['', 'The last slow calls:', ...calls.slice(0, 10).flatMap(slowLines)]

const slowLines = ({ operation, tookMs, time: split, besides, cpu }: SlowCall): string[] => {
  const parts = Object.entries(names)
    .map(([name, said]) => ({ said, ratio: split[name as keyof TimeSplit] / Math.max(1, tookMs) }))
    .filter(({ ratio }) => ratio >= 0.05)
    .toSorted((a, b) => b.ratio - a.ratio)
    .map(({ said, ratio }) => `${percent(ratio)} ${said}`)
  const line = `  ${operation} took ${duration(tookMs)}: ${parts.join(', ')}; ${besides} others ran beside it`
  const [top] = cpu?.functions ?? []
  if (cpu === undefined || top === undefined) return [line]
  const most = `${percent(top.share)} in ${top.name}${top.at === '' ? '' : ` (${top.at})`}`
  return [line, `    meanwhile the main thread computed ${percent(1 - cpu.shares.idle)} of the time, ${most}`]
}

const names: { readonly [Part in keyof TimeSplit]: string } = {
  queueMs: 'in queues and rate limits',
  cacheMs: 'in calls that the cache answered',
  joinedMs: 'in calls that got what another had loaded',
  poolWaitMs: 'waiting for connections',
  databaseMs: 'in the database',
  httpMs: 'in requests over HTTP',
  handlerMs: 'in handlers, and the SDK around them',
}
