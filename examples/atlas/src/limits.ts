import { queue } from 'millrace'
import type { LoadSignals, Queue } from 'millrace'

/**
 * Statistics are the expensive tool: two of them run at a time, so that the other connections are there for everybody
 * else. Nothing else is limited: a hundred details that are asked for together are one query.
 *
 * @param load when the process is overloaded, statistics are refused first
 */
export function limits(load?: LoadSignals): Queue {
  return queue({
    maxConcurrent: Infinity,
    perTool: { population_stats: 2 },
    priority: { population_stats: 'low' },
    load,
  })
}
