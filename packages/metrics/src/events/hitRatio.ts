import type { Source } from '../series/source.ts'
import type { Tally } from '../series/tally.ts'

/** Which part of all lookups a level has answered, and all of them together; nothing before the first lookup. */
export const hitRatio = (tally: Tally): Source => ({
  series: () => {
    const { hits, lookups } = lookupsOf(tally)
    const shown = lookups === 0 ? [] : [...hits]
    return shown.map(([type, count]) => ({ labels: { cache_type: type }, value: count / lookups }))
  },
})

/** How many lookups there were, and how many each level has answered, fresh or stale; `all` is all of them together. */
export const lookupsOf = (tally: Tally): { readonly lookups: number; readonly hits: ReadonlyMap<string, number> } => {
  const hits = new Map<string, number>([['all', 0]])
  let lookups = 0
  for (const { labels, value } of tally.counter('mcp_cache_operations_total').series()) {
    const { operation, cache_level: level = '', result = '' } = labels
    if (operation !== 'get' || result === 'bypassed' || result === 'failed') continue
    lookups += value
    if (result !== 'hit' && result !== 'stale') continue
    hits.set(level, (hits.get(level) ?? 0) + value)
    hits.set('all', hits.get('all')! + value)
  }
  return { lookups, hits }
}
