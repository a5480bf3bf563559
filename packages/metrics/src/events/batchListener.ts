import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what loaders, batchers, fan-outs and staged calls say. */
export const batchListener = (tally: Tally): Listener<'batch'> => {
  const items = tally.histograms('mcp_batch_items')
  const durations = tally.histograms('mcp_batch_duration_seconds')
  const failed = tally.counter('mcp_batch_failed_items_total')
  const rejected = tally.counter('mcp_batch_rejected_total')
  const pending = tally.gauge('mcp_batch_pending')
  const callbacks = tally.counter('mcp_callback_failures_total')
  const steps = tally.counter('mcp_staged_steps_total')
  const staged = tally.histograms('mcp_staged_duration_seconds')
  return {
    'batch.started': (event) => items.record(event.items, event.name),
    'batch.settled': (event) => {
      durations.record(event.tookMs / 1000, event.name)
      failed.add(event.failed, event.name)
    },
    'batch.rejected': (event) => {
      rejected.add(1, event.name)
      pending.set(event.pending, event.name)
    },
    'mapLimit.sourceFailed': () => callbacks.add(1, 'mapLimit.source'),
    'mapLimit.messageFailed': () => callbacks.add(1, 'mapLimit.message'),
    'staged.settled': (event) => {
      staged.record(event.tookMs / 1000, event.operation)
      steps.add(event.steps - event.failed - event.skipped, event.operation, 'ok')
      steps.add(event.failed, event.operation, 'failed')
      steps.add(event.skipped, event.operation, 'skipped')
    },
  }
}
