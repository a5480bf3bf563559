import type { Tally } from '../series/tally.ts'
import { breakerListener } from './breakerListener.ts'
import type { Listener } from './listener.ts'

/** Counts what the middleware against slow and failing dependencies say. */
export const resilienceListener = (tally: Tally): Listener<'resilience'> => {
  const timeouts = tally.counter('mcp_timeouts_total')
  const retries = tally.counter('mcp_retries_total')
  const exhausted = tally.counter('mcp_retries_exhausted_total')
  const budgetSpent = tally.counter('mcp_retry_budget_spent_total')
  const hedges = tally.counter('mcp_hedges_total')
  const hedgesWon = tally.counter('mcp_hedges_won_total')
  const fallbacks = tally.counter('mcp_fallbacks_total')
  const cuts = tally.counter('mcp_results_cut_total')
  const cutBytes = tally.counter('mcp_results_cut_bytes_total')
  const callbacks = tally.counter('mcp_callback_failures_total')
  return {
    ...breakerListener(tally),
    'timeout.fired': ({ operation }) => timeouts.add(1, operation),
    'retry.attempt': ({ operation, outcome }) => retries.add(1, operation, outcome),
    'retry.exhausted': ({ operation, reason }) => exhausted.add(1, operation, reason),
    'retry.budgetSpent': ({ operation }) => budgetSpent.add(1, operation),
    'breaker.isFailureFailed': () => callbacks.add(1, 'breaker.isFailure'),
    'hedge.started': ({ operation }) => hedges.add(1, operation),
    'hedge.won': ({ operation }) => hedgesWon.add(1, operation),
    'fallback.used': ({ operation }) => fallbacks.add(1, operation, 'used'),
    'fallback.failed': ({ operation }) => fallbacks.add(1, operation, 'failed'),
    'limitResult.cut': ({ operation, bytes, keptBytes }) => {
      cuts.add(1, operation)
      cutBytes.add(Math.max(0, bytes - keptBytes), operation)
    },
    'limitResult.linkFailed': () => callbacks.add(1, 'limitResult.link'),
  }
}
