import type { MetricRow } from './row.ts'

/** What pools of connections say. */
export const poolRows: readonly MetricRow[] = [
  {
    name: 'db_connection_pool_size',
    kind: 'gauge',
    help: 'Connections that a PostgreSQL pool has.',
    labels: ['pool'],
    from: ['pg', 'watch'],
  },
  {
    name: 'mcp_pool_total_connections',
    kind: 'gauge',
    help: 'Connections that a pool has.',
    labels: ['pool', 'kind'],
    from: ['pg', 'undici', 'watch'],
  },
  {
    name: 'mcp_pool_active_connections',
    kind: 'gauge',
    help: 'Connections, or for HTTP requests, that are in use.',
    labels: ['pool', 'kind'],
    from: ['watch'],
  },
  {
    name: 'mcp_pool_waiting',
    kind: 'gauge',
    help: 'Callers that wait for a connection.',
    labels: ['pool', 'kind'],
    from: ['pg', 'watch'],
  },
  {
    name: 'mcp_pool_limit',
    kind: 'gauge',
    help: 'Connections that a pool may have.',
    labels: ['pool', 'kind'],
    from: ['pg', 'watch'],
  },
  {
    name: 'mcp_pool_exhausted_total',
    kind: 'counter',
    help: 'Callers that got no connection.',
    labels: ['pool', 'kind', 'reason'],
    from: ['pg', 'undici'],
  },
  {
    name: 'mcp_pool_connect_failures_total',
    kind: 'counter',
    help: 'Connections that could not be opened.',
    labels: ['pool', 'kind'],
    from: ['pg', 'undici'],
  },
  {
    name: 'mcp_pool_connect_duration_seconds',
    kind: 'histogram',
    help: 'How long it took to open a connection.',
    labels: ['pool', 'kind'],
    unit: 'seconds',
    from: ['pg'],
  },
  {
    name: 'mcp_pool_closed_total',
    kind: 'counter',
    help: 'Connections that were closed.',
    labels: ['pool', 'kind', 'reason'],
    from: ['pg', 'undici'],
  },
  {
    name: 'mcp_pool_resized_total',
    kind: 'counter',
    help: 'How often a pool has changed how many connections it may have.',
    labels: ['pool', 'kind'],
    from: ['pg'],
  },
]
