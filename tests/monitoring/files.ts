import { metricsTable } from '@millrace/metrics'
import { alertRules, alerts, grafanaDashboard } from '@millrace/metrics/monitoring'

/** A file that is made from the table of metrics. */
export interface MonitoringFile {
  /** From the root of the repository. */
  readonly path: string
  readonly written: string
}

/** @param read gives the text of a page, of which one table is written anew */
export const monitoring = (read: (path: string) => string): readonly MonitoringFile[] => [
  { path: 'monitoring/alerts.yml', written: `${note}${alertRules()}` },
  { path: 'monitoring/grafana.json', written: `${JSON.stringify(grafanaDashboard(), undefined, 2)}\n` },
  page('docs/metrics.md', 'metrics', metrics(), read),
  page('docs/alerts.md', 'alerts', alertsTable(), read),
]

const note = '# Written by `npm run monitoring` from the table of @millrace/metrics.\n'

const metrics = (): readonly string[] => [
  '| metric | kind | labels | | from | of several processes |',
  '|---|---|---|---|---|',
  ...metricsTable.map(
    ({ name, kind, labels, help, from, together = 'sum' }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} | ${from.join(', ')} | ${together} |`,
  ),
]

const alertsTable = (): readonly string[] => [
  '| alert | severity | after | says | what helps |',
  '|---|---|---|---|---|',
  ...alerts().map(
    ({ name, severity, for: period, summary, action }) =>
      `| \`${name}\` | ${severity} | ${period} | ${plain(summary)} | ${plain(action)} |`,
  ),
]

/** Without the braces of Prometheus's templates. */
const plain = (text: string): string =>
  text
    .replaceAll(/\{\{ with \$labels\.worker \}\}.*?\{\{ end \}\}/g, '')
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, '‹$1›')
    .replaceAll(/\{\{ \$value[^}]*\}\}B?/g, '‹value›')
    .replaceAll('|', '\\|')

const page = (path: string, name: string, table: readonly string[], read: (path: string) => string): MonitoringFile => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const text = read(path)
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no place for its table, between ${begin} and ${end}`)
  return { path, written: `${text.slice(0, from)}${begin}\n\n${table.join('\n')}\n\n${text.slice(to)}` }
}
