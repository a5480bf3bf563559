import type { MetricRow } from './row.ts'

/** What loaders, batchers and staged calls say. */
export const batchRows: readonly MetricRow[] = [
  {
    name: 'mcp_batch_items',
    kind: 'histogram',
    help: 'Items in a batch.',
    labels: ['batch'],
    from: ['batch'],
  },
  {
    name: 'mcp_batch_duration_seconds',
    kind: 'histogram',
    help: 'How long batches took.',
    labels: ['batch'],
    unit: 'seconds',
    from: ['batch'],
  },
  {
    name: 'mcp_batch_failed_items_total',
    kind: 'counter',
    help: 'Items without a value.',
    labels: ['batch'],
    from: ['batch'],
  },
  {
    name: 'mcp_batch_rejected_total',
    kind: 'counter',
    help: 'Items that were refused because too many wait.',
    labels: ['batch'],
    from: ['batch'],
  },
  {
    name: 'mcp_batch_pending',
    kind: 'gauge',
    help: 'Items that waited or ran when one was last refused.',
    labels: ['batch'],
    from: ['batch'],
  },
  {
    name: 'mcp_staged_steps_total',
    kind: 'counter',
    help: 'Steps of calls that hold several.',
    labels: ['operation', 'result'],
    from: ['batch'],
  },
  {
    name: 'mcp_staged_duration_seconds',
    kind: 'histogram',
    help: 'How long calls took that hold several.',
    labels: ['operation'],
    unit: 'seconds',
    from: ['batch'],
  },
]
