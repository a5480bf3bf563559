import type { MetricRow } from './row.ts'

/** How the process is. */
export const processRows: readonly MetricRow[] = [
  {
    name: 'mcp_memory_usage_bytes',
    kind: 'gauge',
    help: 'Memory of the process; heapLimit is what its heap may grow to.',
    labels: ['type'],
    unit: 'bytes',
    from: ['process'],
    together: 'worker',
  },
  {
    name: 'mcp_cpu_usage_percent',
    kind: 'gauge',
    help: 'Processor time of the process since the scrape before, 100 for one core.',
    labels: [],
    unit: 'percent',
    from: ['process'],
    together: 'worker',
  },
  {
    name: 'mcp_event_loop_delay_seconds',
    kind: 'gauge',
    help: 'How late the event loop was since the scrape before.',
    labels: ['statistic'],
    unit: 'seconds',
    from: ['process'],
    together: 'worker',
  },
  {
    name: 'mcp_event_loop_utilization_ratio',
    kind: 'gauge',
    help: 'Which part of the time the event loop was busy since the scrape before.',
    labels: [],
    unit: 'ratio',
    from: ['process'],
    together: 'worker',
  },
  {
    name: 'mcp_gc_duration_seconds',
    kind: 'histogram',
    help: 'How long garbage collections took.',
    labels: ['kind'],
    unit: 'seconds',
    from: ['process'],
  },
]
