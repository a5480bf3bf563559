import { batchRows } from '../table/batchRows.ts'
import { cacheRows } from '../table/cacheRows.ts'
import { callRows } from '../table/callRows.ts'
import { clientRows } from '../table/clientRows.ts'
import { poolRows } from '../table/poolRows.ts'
import { processRows } from '../table/processRows.ts'
import { queueRows } from '../table/queueRows.ts'
import { resilienceRows } from '../table/resilienceRows.ts'
import type { MetricRow } from '../table/row.ts'
import { servingRows } from '../table/servingRows.ts'
import { targetRows } from '../table/targetRows.ts'
import { threadRows } from '../table/threadRows.ts'
import { metricPanel } from './metricPanel.ts'
import { overview } from './overview.ts'
import { datasource, placed } from './panel.ts'
import type { Panel, PanelPlan } from './panel.ts'
import { seriesOf } from './series.ts'

/** A dashboard as Grafana imports it, from version 10. */
export interface GrafanaDashboard {
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
  readonly [field: string]: unknown
}

/** A dashboard of all metrics: what is looked at first, then a folded row for each part with a panel for each metric. */
export const grafanaDashboard = (): GrafanaDashboard => {
  const series = seriesOf('job=~"$job",instance=~"$instance"')
  const panels: Panel[] = []
  let id = 0
  let y = 0
  for (const { plans, width, height } of rowsOf(overview(series))) {
    for (const [at, plan] of plans.entries()) {
      panels.push(placed(plan, (id += 1), { x: at * width, y, w: width, h: height }))
    }
    y += height
  }
  for (const [title, rows] of Object.entries(sections)) {
    const row = { id: (id += 1), type: 'row', title, collapsed: true, gridPos: { x: 0, y, w: 24, h: 1 } }
    const inside = rows.map((one, at) => {
      const place = { x: (at % 3) * 8, y: y + 1 + Math.floor(at / 3) * 8, w: 8, h: 8 }
      return placed(metricPanel(one, series), (id += 1), place)
    })
    panels.push({ ...row, panels: inside })
    y += 1
  }
  return { ...frame, panels }
}

/** The small ones six to a line, charts three. */
const rowsOf = (plans: readonly PanelPlan[]) => {
  const lines: Array<{ plans: readonly PanelPlan[]; width: number; height: number }> = []
  const stats = plans.filter(({ type }) => type === 'stat')
  const charts = plans.filter(({ type }) => type === 'timeseries')
  for (let at = 0; at < stats.length; at += 6) lines.push({ plans: stats.slice(at, at + 6), width: 4, height: 4 })
  for (let at = 0; at < charts.length; at += 3) lines.push({ plans: charts.slice(at, at + 3), width: 8, height: 8 })
  return lines
}

const sections: { readonly [title: string]: readonly MetricRow[] } = {
  Calls: callRows,
  Targets: targetRows,
  Caches: cacheRows,
  'Queues and rate limits': queueRows,
  'Timeouts, retries, breakers': resilienceRows,
  Pools: poolRows,
  'PostgreSQL, HTTP, Redis': clientRows,
  Batches: batchRows,
  Threads: threadRows,
  Serving: servingRows,
  Process: processRows,
}

const variable = (name: string) => ({
  name,
  type: 'query',
  datasource,
  query: { query: `label_values(concurrent_requests, ${name})`, refId: name },
  refresh: 2,
  includeAll: true,
  multi: true,
  current: { text: 'All', value: '$__all' },
  allValue: '.*',
})

const frame = {
  uid: 'millrace',
  title: 'MCP server (Millrace)',
  tags: ['mcp', 'millrace'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  refresh: '30s',
  time: { from: 'now-1h', to: 'now' },
  templating: {
    list: [
      { name: 'datasource', type: 'datasource', query: 'prometheus', refresh: 1 },
      variable('job'),
      variable('instance'),
    ],
  },
}
