import type { PanelPlan, Query } from './panel.ts'
import type { SeriesOf } from './series.ts'

/** What is looked at first. */
export const overview = (series: SeriesOf): readonly PanelPlan[] => {
  const rate = (metric: string, ...matchers: readonly string[]) =>
    `rate(${series(metric, ...matchers)}[$__rate_interval])`
  const answered = `sum by (le) (${rate('mcp_request_duration_seconds_bucket', 'outcome!~"rejected|cancelled"')})`
  const calls = `sum(${rate('mcp_requests_total', 'outcome!="cancelled"')})`
  const failed = `sum(${rate('mcp_requests_total', 'outcome=~"toolError|rejected|abandoned|failed"')})`
  const missed = `sum(${rate('mcp_cache_lookups_total', 'result=~"miss|joined"')})`
  const lookups = `sum(${rate('mcp_cache_lookups_total', 'result!="bypassed"')})`
  const tool = `topk(10, histogram_quantile(0.95, sum by (tool_name, le) (${rate('tool_execution_duration_seconds_bucket')})))`
  const use = `max by (pool) (${series('mcp_pool_active_connections')}) / max by (pool) (${series('mcp_pool_limit')})`
  const open = `sum(${series('mcp_breaker_state', 'state=~"open|isolated"')}) or vector(0)`
  const saved = `sum(${rate('mcp_cache_saved_seconds_total')})`
  return [
    stat('Calls', 'Calls that are answered, in a second.', 'reqps', calls),
    stat('Success', 'Which part of the calls goes well.', 'percentunit', `1 - (${failed} or vector(0)) / ${calls}`),
    stat(
      '95th percentile',
      'Of calls that were not refused or cancelled.',
      's',
      `histogram_quantile(0.95, ${answered})`,
    ),
    stat(
      'Cache hits',
      'Which part of all lookups the cache answers.',
      'percentunit',
      `1 - (${missed} or vector(0)) / ${lookups}`,
    ),
    stat('Time saved', 'Seconds of loading that the cache spares, in a second.', 's', saved),
    stat('Circuits open', 'Circuits of breakers that let nothing through.', 'short', open),
    chart('Calls by outcome', 'What calls come to.', 'reqps', [
      { expr: `sum by (outcome) (${rate('mcp_requests_total')})`, legend: '{{outcome}}' },
    ]),
    chart(
      'Durations',
      'Of calls that were not refused or cancelled.',
      's',
      [0.5, 0.95, 0.99].map((part) => ({
        expr: `histogram_quantile(${part}, ${answered})`,
        legend: `p${part * 100}`,
      })),
    ),
    chart('Slowest tools', 'The 95th percentile, cached answers included.', 's', [
      { expr: tool, legend: '{{tool_name}}' },
    ]),
    chart('Waiting and refused', 'Calls in queues, and how many are refused in a second.', 'short', [
      { expr: `sum by (queue) (${series('queue_depth')})`, legend: '{{queue}} wait' },
      { expr: `sum by (queue) (${rate('queue_rejected_total')})`, legend: '{{queue}} refused' },
    ]),
    chart('Pools', 'Which part of their connections is in use.', 'percentunit', [{ expr: use, legend: '{{pool}}' }]),
    chart('Event loop', 'How late it is in 99 of 100 cases.', 's', [
      {
        expr: `max by (instance) (${series('mcp_event_loop_delay_seconds', 'statistic="p99"')})`,
        legend: '{{instance}}',
      },
    ]),
  ]
}

const stat = (title: string, description: string, unit: string, expr: string): PanelPlan => ({
  title,
  description,
  type: 'stat',
  unit,
  queries: [{ expr, legend: title }],
})

const chart = (title: string, description: string, unit: string, queries: readonly Query[]): PanelPlan => ({
  title,
  description,
  type: 'timeseries',
  unit,
  queries,
})
