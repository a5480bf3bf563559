import type { MetricRow } from './row.ts'

/** What pools of threads say. */
export const threadRows: readonly MetricRow[] = [
  {
    name: 'mcp_threads',
    kind: 'gauge',
    help: 'Threads of a pool.',
    labels: ['pool'],
    from: ['workers'],
  },
  {
    name: 'mcp_thread_tasks',
    kind: 'gauge',
    help: 'Tasks that run in a thread, or wait for one.',
    labels: ['pool', 'state'],
    from: ['workers'],
  },
  {
    name: 'mcp_thread_task_duration_seconds',
    kind: 'histogram',
    help: 'How long tasks ran in a thread.',
    labels: ['pool', 'task', 'result'],
    unit: 'seconds',
    from: ['workers'],
  },
  {
    name: 'mcp_thread_wait_duration_seconds',
    kind: 'histogram',
    help: 'How long tasks waited for a thread.',
    labels: ['pool', 'task'],
    unit: 'seconds',
    from: ['workers'],
  },
  {
    name: 'mcp_thread_refused_total',
    kind: 'counter',
    help: 'Tasks that were not begun.',
    labels: ['pool', 'reason'],
    from: ['workers'],
  },
  {
    name: 'mcp_thread_stopped_total',
    kind: 'counter',
    help: 'Tasks that were stopped while they ran.',
    labels: ['pool', 'reason'],
    from: ['workers'],
  },
  {
    name: 'mcp_thread_failures_total',
    kind: 'counter',
    help: 'Threads that had an error outside of any task.',
    labels: ['pool'],
    from: ['workers'],
  },
  {
    name: 'mcp_thread_moved_total',
    kind: 'counter',
    help: 'Tasks that run elsewhere from then on.',
    labels: ['pool', 'to'],
    from: ['workers'],
  },
]
