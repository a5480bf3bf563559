import { lookupsOf } from '../events/hitRatio.ts'
import type { CallMeter } from '../calls/callMeter.ts'
import { Histogram } from '../series/histogram.ts'
import type { Tally } from '../series/tally.ts'

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

/** Reads everything that targets are measured by. */
export const readingOf = (meter: CallMeter, tally: Tally, bounds: readonly number[]): Reading => {
  const durations = new Histogram(bounds)
  let succeeded = 0
  let failed = 0
  for (const { endings } of meter.operations.entries()) {
    for (const { outcome, histogram } of Object.values(endings)) {
      if (outcome === 'cancelled') continue
      if (outcome !== 'rejected') durations.add(histogram)
      if (outcome === 'ok' || outcome === 'inputRequired') succeeded += histogram.count
      else failed += histogram.count
    }
  }
  const { hits, lookups } = lookupsOf(tally)
  return { durations, succeeded, failed, hits: hits.get('all')!, lookups, pools: poolsOf(tally) }
}

const poolsOf = (tally: Tally): Map<string, number> => {
  const limits = new Map(
    tally
      .gauge('mcp_pool_limit')
      .series()
      .map(({ labels, value }) => [labels['pool'], value]),
  )
  const uses = new Map<string, number>()
  for (const { labels, value } of tally.gauge('mcp_pool_active_connections').series()) {
    const { pool = '' } = labels
    const limit = limits.get(pool)
    if (limit !== undefined && limit > 0) uses.set(pool, value / limit)
  }
  return uses
}
