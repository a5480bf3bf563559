import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what targets say. */
export const metricsListener = (tally: Tally): Listener<'metrics'> => {
  const breaches = tally.counter('mcp_target_breaches_total')
  return {
    'target.breached': ({ target }) => breaches.add(1, target),
    // The gauge says so.
    'target.recovered': () => {},
  }
}
