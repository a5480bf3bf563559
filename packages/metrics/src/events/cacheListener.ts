import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what caches say. */
export const cacheListener = (tally: Tally): Listener<'cache'> => {
  const operations = tally.counter('mcp_cache_operations_total')
  const lookups = tally.counter('mcp_cache_lookups_total')
  const saved = tally.counter('mcp_cache_saved_seconds_total')
  const loads = tally.histograms('mcp_cache_load_duration_seconds')
  const stored = tally.counter('mcp_cache_stored_bytes_total')
  const evictions = tally.counter('mcp_cache_evictions_total')
  const invalidated = tally.counter('mcp_cache_invalidated_entries_total')
  const entries = tally.gauge('mcp_cache_entries')
  const held = tally.gauge('mcp_cache_bytes')
  const found =
    (result: string): Listener<'cache'>['cache.hit'] =>
    ({ operation, tier, savedMs }) => {
      operations.add(1, 'get', tier, result)
      lookups.add(1, operation, result)
      saved.add(savedMs / 1000, operation, tier)
    }
  return {
    'cache.hit': found('hit'),
    'cache.stale': found('stale'),
    'cache.miss': ({ operation, isShared }) => {
      const result = isShared ? 'joined' : 'miss'
      operations.add(1, 'get', everywhere, result)
      lookups.add(1, operation, result)
    },
    'cache.stored': ({ tier, bytes, loadMs }) => {
      operations.add(1, 'set', tier, 'stored')
      stored.add(bytes, tier)
      loads.record(loadMs / 1000)
    },
    'cache.refreshed': () => operations.add(1, 'refresh', everywhere, 'refreshed'),
    'cache.bypassed': ({ operation }) => {
      operations.add(1, 'get', everywhere, 'bypassed')
      lookups.add(1, operation, 'bypassed')
    },
    'cache.awaited': ({ tier }) => operations.add(1, 'await', tier, 'loadedElsewhere'),
    'cache.evicted': ({ tier, ...event }) => {
      evictions.add(1, tier)
      entries.set(event.entries, tier)
      held.set(event.bytes, tier)
    },
    'cache.invalidated': (event) => {
      operations.add(1, 'invalidate', everywhere, 'dropped')
      invalidated.add(event.entries)
    },
    'cache.failed': ({ tier, during }) => operations.add(1, during, tier, 'failed'),
  }
}

/** What is not of one level. */
const everywhere = 'all'
