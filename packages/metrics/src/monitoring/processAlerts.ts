import type { Alert } from './alert.ts'
import type { Thresholds } from './options.ts'
import type { SeriesOf } from './series.ts'

/** What there is to tell of processes. */
export const processAlerts = (series: SeriesOf, limits: Thresholds): readonly Alert[] => {
  // Where several processes serve together each of them has a label of its own.
  const memory = (type: string) => `max by (${one}) (${series('mcp_memory_usage_bytes', `type="${type}"`)})`
  return [
    {
      name: 'MillraceEventLoopDelayed',
      severity: 'warning',
      expr: `max by (${one}) (${series('mcp_event_loop_delay_seconds', 'statistic="p99"')}) > ${limits.eventLoopMs / 1000}`,
      for: '5m',
      summary: `The event loop of {{ $labels.instance }}${which} is up to {{ $value | humanizeDuration }} late.`,
      action: 'Something computes on it: a CPU profile shows what, workers() take it off.',
    },
    {
      name: 'MillraceHeapNearlyFull',
      severity: 'critical',
      expr: `${memory('heapUsed')} / ${memory('heapLimit')} > ${limits.heapRatio}`,
      for: '5m',
      summary: `{{ $value | humanizePercentage }} of the heap that {{ $labels.instance }}${which} may use are in use.`,
      action:
        'If it grows without end something leaks: two heap snapshots show what. memoryGuard() refuses calls in time.',
    },
    {
      name: 'MillraceMemoryGrows',
      severity: 'warning',
      expr: `min by (${one}) (min_over_time(${series('mcp_memory_usage_bytes', 'type="heapUsed"')}[30m])) > 1.5 * min by (${one}) (min_over_time(${series('mcp_memory_usage_bytes', 'type="heapUsed"')}[30m] offset 3h)) and ${memory('heapUsed')} / ${memory('heapLimit')} > 0.3`,
      for: '30m',
      summary:
        `What {{ $labels.instance }}${which} keeps in memory has grown by half in three hours, to {{ $value | humanize1024 }}B.`,
      action: 'The report of the profiler names the classes that grow; caches without a bound are the usual cause.',
    },
    {
      name: 'MillraceNotReady',
      severity: 'critical',
      expr: `max by (job, instance) (${series('mcp_ready')}) == 0`,
      for: '5m',
      summary: '{{ $labels.instance }} has not started, or does not stop.',
      action: '/health/detailed says which resource it waits for.',
    },
    {
      name: 'MillraceWorkersMissing',
      severity: 'warning',
      expr: `max by (job, instance) (${series('mcp_workers_missing')}) > 0`,
      for: '2m',
      summary: '{{ $value | humanize }} of the processes of {{ $labels.instance }} are not there, or do not answer.',
      action: '/health/detailed says which, and why; what they count lacks until they are back.',
    },
    {
      name: 'MillraceWorkersCrash',
      severity: 'critical',
      expr: `sum by (job, instance) (increase(${series('mcp_worker_crashes_total')}[10m])) > 2`,
      for: '0m',
      summary: 'Processes of {{ $labels.instance }} have crashed {{ $value | humanize }} times in ten minutes.',
      action: 'They are started again, but calls were lost: look at what they wrote last.',
    },
  ]
}

const one = 'job, instance, worker'
const which = '{{ with $labels.worker }} (worker {{ . }}){{ end }}'
