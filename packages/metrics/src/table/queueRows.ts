import type { MetricRow } from './row.ts'

/** What queues and rate limits say. */
export const queueRows: readonly MetricRow[] = [
  {
    name: 'queue_depth',
    kind: 'gauge',
    help: 'Calls that wait.',
    labels: ['queue'],
    from: ['queue', 'watch'],
  },
  {
    name: 'queue_in_flight',
    kind: 'gauge',
    help: 'Calls that have a slot.',
    labels: ['queue'],
    from: ['watch'],
  },
  {
    name: 'queue_limit',
    kind: 'gauge',
    help: 'Calls that may have a slot at once.',
    labels: ['queue'],
    from: ['queue', 'watch'],
  },
  {
    name: 'queue_wait_duration_seconds',
    kind: 'histogram',
    help: 'How long calls waited that were started.',
    labels: ['queue', 'priority'],
    unit: 'seconds',
    from: ['queue'],
  },
  {
    name: 'queue_rejected_total',
    kind: 'counter',
    help: 'Calls that were refused.',
    labels: ['queue', 'priority', 'reason'],
    from: ['queue'],
  },
  {
    name: 'queue_left_total',
    kind: 'counter',
    help: 'Calls whose caller went while they waited.',
    labels: ['queue', 'priority'],
    from: ['queue'],
  },
  {
    name: 'queue_overran_total',
    kind: 'counter',
    help: 'Handlers that lost their slot as they went on after their call was cancelled.',
    labels: ['queue'],
    from: ['queue'],
  },
  {
    name: 'rate_limit_rejected_total',
    kind: 'counter',
    help: 'Calls that came too early and were refused.',
    labels: ['rate_limit'],
    from: ['queue'],
  },
  {
    name: 'rate_limit_waiting',
    kind: 'gauge',
    help: 'Calls that came too early and wait for their turn.',
    labels: ['rate_limit'],
    from: ['queue', 'watch'],
  },
  {
    name: 'rate_limit_wait_duration_seconds',
    kind: 'histogram',
    help: 'How long calls waited for their turn.',
    labels: ['rate_limit'],
    unit: 'seconds',
    from: ['queue'],
  },
  {
    name: 'queue_counters_failed_total',
    kind: 'counter',
    help: 'Calls that were counted in this process alone, as what processes count together could not be asked.',
    labels: ['name'],
    from: ['queue'],
  },
]
