import type { Registry } from '@millrace/metrics'

/** One line of a metric. */
export interface Reading {
  readonly labels: { readonly [label: string]: string | number | undefined }
  readonly value: number
  /** For the lines of a histogram: its name with `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string | undefined
}

/** What metrics have come to at one moment. */
export interface Readings {
  /** The lines of a metric; none when there is no such metric. */
  of(metric: string): readonly Reading[]
}

/** Reads what the dashboard shows, and nothing else. */
export const readingsOf = async (registry: Registry): Promise<Readings> => {
  const lines = await Promise.all(
    Array.from(shownMetrics, async (name) => {
      const metric = registry.getSingleMetric(name) as unknown as Asked | undefined
      return [name, (await metric?.get())?.values ?? []] as const
    }),
  )
  return fixed(new Map(lines))
}

/** The same lines, as readings. */
export const fixed = (lines: ReadonlyMap<string, readonly Reading[]>): Readings => ({
  of: (metric) => lines.get(metric) ?? [],
})

/** A line's label; empty when it has none of this name. */
export const label = ({ labels }: Reading, name: string): string => String(labels[name] ?? '')

/** The lines' values added up by a label. */
export const sums = (lines: readonly Reading[], name: string): Map<string, number> => {
  const all = new Map<string, number>()
  for (const line of lines) all.set(label(line, name), (all.get(label(line, name)) ?? 0) + line.value)
  return all
}

/** All lines' values together. */
export const total = (lines: readonly Reading[]): number => lines.reduce((sum, { value }) => sum + value, 0)

interface Asked {
  get(): Promise<{ readonly values: readonly Reading[] }>
}

/**
 * What is read. Of the process nothing: what is read there is of the time since it was last read, and that is for
 * Prometheus.
 */
export const shownMetrics: ReadonlySet<string> = new Set([
  'mcp_request_duration_seconds',
  'concurrent_requests',
  'mcp_cache_lookups_total',
  'mcp_cache_saved_seconds_total',
  'mcp_cache_entries',
  'mcp_cache_bytes',
  'mcp_cache_evictions_total',
  'queue_depth',
  'queue_in_flight',
  'queue_limit',
  'queue_rejected_total',
  'rate_limit_rejected_total',
  'rate_limit_waiting',
  'mcp_breaker_state',
  'mcp_breaker_rejected_total',
  'mcp_timeouts_total',
  'mcp_retries_total',
  'mcp_hedges_total',
  'mcp_fallbacks_total',
  'mcp_pool_total_connections',
  'mcp_pool_active_connections',
  'mcp_pool_waiting',
  'mcp_pool_limit',
  'mcp_pool_exhausted_total',
  'mcp_pool_connect_failures_total',
  'mcp_threads',
  'mcp_thread_tasks',
  'redis_connected',
  'redis_failures_total',
  'mcp_edge_refused_total',
])
