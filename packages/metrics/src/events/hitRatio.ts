import type { Shown } from '../series/source.ts'

/**
 * Which part of all lookups a level has answered, and all of them together; nothing before the first lookup.
 *
 * @param operations the series of `mcp_cache_operations_total`
 */
export const hitRatio = (operations: Iterable<Shown>): Shown[] => {
  const { hits, lookups } = lookupsOf(operations)
  return lookups === 0
    ? []
    : Array.from(hits, ([type, count]) => ({ labels: { cache_type: type }, value: count / lookups }))
}

/**
 * How many lookups there were, and how many each level has answered, fresh or stale; `all` is all of them together.
 *
 * @param operations the series of `mcp_cache_operations_total`
 */
export const lookupsOf = (
  operations: Iterable<Shown>,
): { readonly lookups: number; readonly hits: ReadonlyMap<string, number> } => {
  const hits = new Map<string, number>([['all', 0]])
  let lookups = 0
  for (const { labels, value } of operations) {
    const { operation, cache_level: level = '', result = '' } = labels
    if (operation !== 'get' || result === 'bypassed' || result === 'failed') continue
    const count = Number(value)
    lookups += count
    if (result !== 'hit' && result !== 'stale') continue
    hits.set(level, (hits.get(level) ?? 0) + count)
    hits.set('all', hits.get('all')! + count)
  }
  return { lookups, hits }
}
