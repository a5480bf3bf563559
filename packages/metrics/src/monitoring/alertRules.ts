import type { Alert } from './alert.ts'
import { callAlerts } from './callAlerts.ts'
import { thresholdsOf } from './options.ts'
import type { AlertRulesOptions } from './options.ts'
import { processAlerts } from './processAlerts.ts'
import { resourceAlerts } from './resourceAlerts.ts'
import { seriesOf } from './series.ts'

/**
 * What to tell people of, as a rules file of Prometheus (YAML). All of it is made from the table of metrics; a rule whose
 * metric a server does not have never fires.
 *
 * @throws TypeError when an option makes no sense
 */
export const alertRules = (options: AlertRulesOptions = {}): string =>
  ['groups:', '  - name: millrace', '    rules:', ...alerts(options).flatMap(lines), ''].join('\n')

/** The same as values, in the order of the file. */
export const alerts = (options: AlertRulesOptions = {}): readonly Alert[] => {
  const limits = thresholdsOf(options)
  const series = seriesOf(limits.matchers)
  return [...callAlerts(series, limits), ...resourceAlerts(series, limits), ...processAlerts(series, limits)]
}

const lines = ({ name, severity, expr, for: period, summary, action }: Alert): string[] => [
  `      - alert: ${name}`,
  `        expr: ${quoted(expr)}`,
  `        for: ${period}`,
  '        labels:',
  `          severity: ${severity}`,
  '        annotations:',
  `          summary: ${quoted(summary)}`,
  `          description: ${quoted(action)}`,
]

// Single quotes know no escape but themselves twice, so PromQL stays as it is.
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
