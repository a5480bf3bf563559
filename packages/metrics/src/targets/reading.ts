import { lookupsOf } from '../events/hitRatio.ts'
import { Histogram } from '../series/histogram.ts'
import type { Shown } from '../series/source.ts'

/** What has been counted up to a moment; pools as they stand at it. */
export interface Reading {
  /** Of calls that were neither refused nor cancelled. */
  readonly durations: Histogram
  readonly succeeded: number
  readonly failed: number
  readonly hits: number
  readonly lookups: number
  /** Which part of its connections each pool uses, of those with a limit. */
  readonly pools: ReadonlyMap<string, number>
}

/**
 * Reads everything that targets are measured by.
 *
 * @param seriesOf the series of a metric
 */
export const readingOf = (seriesOf: (metric: string) => Iterable<Shown>, bounds: readonly number[]): Reading => {
  const durations = new Histogram(bounds)
  let succeeded = 0
  let failed = 0
  for (const { labels, value } of seriesOf('mcp_request_duration_seconds')) {
    const { outcome } = labels
    if (typeof value === 'number' || outcome === 'cancelled') continue
    if (outcome !== 'rejected') durations.add(value)
    if (outcome === 'ok' || outcome === 'inputRequired') succeeded += value.count
    else failed += value.count
  }
  const { hits, lookups } = lookupsOf(seriesOf('mcp_cache_operations_total'))
  return { durations, succeeded, failed, hits: hits.get('all')!, lookups, pools: poolsOf(seriesOf) }
}

const poolsOf = (seriesOf: (metric: string) => Iterable<Shown>): Map<string, number> => {
  const limits = new Map(
    Array.from(seriesOf('mcp_pool_limit'), ({ labels, value }) => [labels['pool'], Number(value)] as const),
  )
  const uses = new Map<string, number>()
  for (const { labels, value } of seriesOf('mcp_pool_active_connections')) {
    const { pool = '' } = labels
    const limit = limits.get(pool)
    if (limit !== undefined && limit > 0) uses.set(pool, Number(value) / limit)
  }
  return uses
}
