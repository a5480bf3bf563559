import type { Alert } from './alert.ts'
import type { Thresholds } from './options.ts'
import type { SeriesOf } from './series.ts'

/** What there is to tell of calls, and of targets that are missed. */
export const callAlerts = (series: SeriesOf, limits: Thresholds): readonly Alert[] => {
  const answered = series('mcp_request_duration_seconds_bucket', 'outcome!~"rejected|cancelled"')
  const percentile = (part: number) => `histogram_quantile(${part}, sum by (job, le) (rate(${answered}[5m])))`
  const calls = series('mcp_requests_total', 'outcome!="cancelled"')
  const enough = `sum by (job) (rate(${calls}[5m])) > ${fewest}`
  const failed = series('mcp_requests_total', 'outcome=~"toolError|rejected|abandoned|failed"')
  const failures = `sum by (job) (rate(${failed}[5m])) / sum by (job) (rate(${calls}[5m]))`
  const refused = series('queue_rejected_total')
  const all = series('mcp_requests_total')
  return [
    {
      name: 'MillraceCallsSlowP95',
      severity: 'warning',
      expr: `${percentile(0.95)} > ${limits.p95Ms / 1000} and ${enough}`,
      for: '5m',
      summary: '5 of 100 calls to {{ $labels.job }} take longer than {{ $value | humanizeDuration }}.',
      action:
        'The panel of operations shows which tools are slow; the report of the profiler says where their time goes.',
    },
    {
      name: 'MillraceCallsSlowP99',
      severity: 'warning',
      expr: `${percentile(0.99)} > ${limits.p99Ms / 1000} and ${enough}`,
      for: '5m',
      summary: 'One of 100 calls to {{ $labels.job }} takes longer than {{ $value | humanizeDuration }}.',
      action: 'Give slow tools a timeout(), hedge() reads, and look for what waits: queue, pool, event loop.',
    },
    {
      name: 'MillraceCallsFail',
      severity: 'critical',
      expr: `${failures} > ${rounded(1 - limits.successRatio)} and ${enough}`,
      for: '5m',
      summary: '{{ $value | humanizePercentage }} of the calls to {{ $labels.job }} do not go well.',
      action: 'mcp_requests_total by operation and outcome says which calls, and whether they fail or are refused.',
    },
    {
      name: 'MillraceShedding',
      severity: 'warning',
      expr: `sum by (job) (rate(${refused}[5m])) / sum by (job) (rate(${all}[5m])) > ${limits.shedRatio}`,
      for: '5m',
      summary: 'Queues of {{ $labels.job }} refuse {{ $value | humanizePercentage }} of the calls.',
      action:
        'There is more work than the server does: raise limits if processor and pools have room, else add processes.',
    },
    {
      name: 'MillraceTargetBreached',
      severity: 'warning',
      expr: `max by (job, instance, target) (${series('mcp_target_breached')}) == 1`,
      for: '5m',
      summary: '{{ $labels.instance }} misses its target {{ $labels.target }}.',
      action: 'mcp_target_value is what was measured, mcp_target_goal what targets() aims at.',
    },
  ]
}

// One call in twenty seconds: of fewer a ratio says nothing.
const fewest = 0.05

/** 1 - 0.95 is 0.05 for whoever reads it. */
const rounded = (value: number): number => Number(value.toFixed(6))
