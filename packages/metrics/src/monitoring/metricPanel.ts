import type { MetricRow } from '../table/row.ts'
import type { PanelPlan } from './panel.ts'
import type { SeriesOf } from './series.ts'

/** The panel of one metric of the table. */
export const metricPanel = (row: MetricRow, series: SeriesOf): PanelPlan => ({
  title: row.name,
  description: row.help,
  type: 'timeseries',
  ...shown(row, series),
})

const shown = (row: MetricRow, series: SeriesOf): Pick<PanelPlan, 'unit' | 'queries'> => {
  const { name, kind, labels, unit } = row
  const by = labels.length === 0 ? '' : ` by (${labels.join(', ')})`
  const legend = labels.length === 0 ? name : labels.map((label) => `{{${label}}}`).join(' ')
  if (kind === 'counter') {
    const expr = `topk(${most}, sum${by} (rate(${series(name)}[$__rate_interval])))`
    return { unit: rates[unit ?? 'none'] ?? 'cps', queries: [{ expr, legend }] }
  }
  if (kind === 'gauge') {
    // What can be counted is added up over processes; of the rest the worst is shown.
    const together = unit === undefined && !row.from.includes('targets') ? 'sum' : 'max'
    return { unit: units[unit ?? 'none'] ?? 'short', queries: [{ expr: `${together}${by} (${series(name)})`, legend }] }
  }
  const buckets = `sum by (${[...labels, 'le'].join(', ')}) (rate(${series(`${name}_bucket`)}[$__rate_interval]))`
  return {
    unit: units[unit ?? 'none'] ?? 'short',
    queries: [0.5, 0.95, 0.99].map((part) => ({
      expr: `topk(${most}, histogram_quantile(${part}, ${buckets}))`,
      legend: `p${part * 100} ${labels.length === 0 ? '' : legend}`.trim(),
    })),
  }
}

// More lines than this nobody reads.
const most = 12

const units: { readonly [unit: string]: string } = {
  seconds: 's',
  bytes: 'bytes',
  ratio: 'percentunit',
  percent: 'percent',
}

const rates: { readonly [unit: string]: string } = { seconds: 's', bytes: 'Bps' }
