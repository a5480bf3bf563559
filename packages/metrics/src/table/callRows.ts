import type { MetricRow } from './row.ts'

/** What is counted of calls that pass the middleware. */
export const callRows: readonly MetricRow[] = [
  {
    name: 'mcp_request_duration_seconds',
    kind: 'histogram',
    help: 'How long calls took, from the outermost middleware on.',
    labels: ['method', 'operation', 'outcome'],
    unit: 'seconds',
    from: ['calls'],
  },
  {
    name: 'mcp_requests_total',
    kind: 'counter',
    help: 'Calls that have been answered.',
    labels: ['method', 'operation', 'outcome'],
    from: ['calls'],
  },
  {
    name: 'tool_execution_duration_seconds',
    kind: 'histogram',
    help: 'How long calls of tools took that were not refused, cached answers included.',
    labels: ['tool_name', 'status'],
    unit: 'seconds',
    from: ['calls'],
  },
  {
    name: 'concurrent_requests',
    kind: 'gauge',
    help: 'Calls that have no answer yet.',
    labels: [],
    from: ['calls'],
  },
]
