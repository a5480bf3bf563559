import { queue, rateLimit } from 'millrace'
import type { LoadSignals, Queue, RateLimit } from 'millrace'

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

/** What is written is seen by everybody: a hundred notes a minute, all callers together. Reading has no such limit. */
export function notesLimit(): RateLimit {
  return rateLimit({ name: 'notes', calls: 100, perMs: 60_000, by: 'server' })
}
