import type { Alert } from './alert.ts'
import type { Thresholds } from './options.ts'
import type { SeriesOf } from './series.ts'

/** What there is to tell of caches, pools, breakers and connections. */
export const resourceAlerts = (series: SeriesOf, limits: Thresholds): readonly Alert[] => {
  const missed = `sum by (job) (rate(${series('mcp_cache_lookups_total', 'result=~"miss|joined"')}[15m]))`
  const lookups = `sum by (job) (rate(${series('mcp_cache_lookups_total', 'result!="bypassed"')}[15m]))`
  const exhausted = series('mcp_pool_exhausted_total')
  const pool = 'job, instance, pool, kind'
  return [
    {
      name: 'MillraceCacheHitRatioLow',
      severity: 'warning',
      // What has never been hit has no series of hits, but one of misses.
      expr: `1 - ${missed} / ${lookups} < ${limits.hitRatio} and ${lookups} > ${fewest}`,
      for: '15m',
      summary: 'The cache of {{ $labels.job }} answers only {{ $value | humanizePercentage }} of what is looked up.',
      action:
        'mcp_cache_lookups_total by operation shows which tool misses; mcp_cache_evictions_total whether room lacks.',
    },
    {
      name: 'MillracePoolExhausted',
      severity: 'critical',
      // A series begins with the first caller, of which increase() sees nothing.
      expr: `sum by (${pool}) (increase(${exhausted}[5m])) > 0 or sum by (${pool}) (${exhausted} unless ${exhausted} offset 5m) > 0`,
      for: '0m',
      summary:
        'The pool {{ $labels.pool }} of {{ $labels.instance }} had no connection for {{ $value | humanize }} callers.',
      action: 'Look for queries that hold connections for long; then raise the limit, or let a queue() in front wait.',
    },
    {
      name: 'MillracePoolNearlyFull',
      severity: 'warning',
      expr: `max by (${pool}) (${series('mcp_pool_active_connections')}) / max by (${pool}) (${series('mcp_pool_limit')}) > ${limits.poolUseRatio}`,
      for: '5m',
      summary:
        'The pool {{ $labels.pool }} of {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its connections.',
      action: 'mcp_pool_waiting says whether callers wait for it already.',
    },
    {
      name: 'MillraceBreakerOpen',
      severity: 'critical',
      // Between two probes it is half-open for a moment, and still as good as open.
      expr: `max by (job, instance, breaker, key) (max_over_time(${series('mcp_breaker_state', 'state=~"open|isolated"')}[2m])) == 1`,
      for: '1m',
      summary: 'The circuit {{ $labels.key }} of {{ $labels.breaker }} on {{ $labels.instance }} lets nothing through.',
      action:
        'What stands behind it fails or is slow: it closes by itself when probes go well, an isolated one by reset().',
    },
    {
      name: 'MillraceRedisLost',
      severity: 'warning',
      expr: `min by (job, instance, connection) (${series('redis_connected')}) == 0`,
      for: '1m',
      summary: '{{ $labels.instance }} has no connection to Redis ({{ $labels.connection }}).',
      action: 'Caches and limits go on in each process alone until it is back.',
    },
  ]
}

// Six lookups a minute: of fewer a ratio says nothing.
const fewest = 0.1
