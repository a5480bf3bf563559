import { duration, sha256 } from '@millrace/core'
import { cellNames, cellsOf, counted, grouped, percent, rate } from '../numbers.ts'
import type { Report } from '../report.ts'
import { latencyOf, loadOf } from '../textReport.ts'
import { escape } from './escape.ts'
import { plots } from './plots.ts'
import { style } from './style.ts'

/**
 * A report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere, and a policy that
 * lets nothing of the kind in, whatever the server has called itself.
 */
export const htmlReport = (report: Report): string =>
  [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash(style)}'">`,
    '<meta name="viewport" content="width=device-width">',
    `<title>${escape(report.target)}</title>`,
    `<style>${style}</style>`,
    `<h1>${escape(report.target)}</h1>`,
    `<p>${escape(`${report.server}, protocol ${report.protocol}, ${report.startedAt}`)}<br>${escape(loadOf(report))}</p>`,
    `<p>${escape(summaryOf(report))}</p>`,
    ...report.notes.map((note) => `<p class="note">${escape(note)}</p>`),
    ...plots(report),
    '<h2>Operations</h2>',
    table(operationHead, operationsOf(report)),
    ...(report.errors.length === 0 ? [] : ['<h2>Failures</h2>', table(errorHead, errorsOf(report), 'words')]),
    '</html>',
    '',
  ].join('\n')

// Policies want the usual alphabet, with padding.
const hash = (text: string): string => `${sha256(text).replaceAll('-', '+').replaceAll('_', '/')}=`

const summaryOf = ({ calls, failed, errorRatio, ratePerSecond, latency }: Report): string =>
  `${counted(calls, 'call')}, ${rate(ratePerSecond)} answered a second, ${grouped(failed)} failed (${percent(errorRatio)}); ` +
  `latency ${latencyOf(latency)}.`

const operationHead = ['ms', 'answered', 'failed', ...cellNames]
const errorHead = ['Count', 'Kind', 'Detail', 'Operation', 'Try again after', 'What was said']

const operationsOf = ({ operations }: Report): string[][] =>
  operations.map(({ operation, failed, latency }) => [
    operation,
    grouped(latency.count),
    grouped(failed),
    ...cellsOf(latency),
  ])

const errorsOf = ({ errors }: Report): string[][] =>
  errors.map(({ count, kind, detail, operation, retryAfterMs, message = '' }) => [
    grouped(count),
    kind,
    detail,
    operation,
    retryAfterMs === undefined ? '' : duration(retryAfterMs),
    message,
  ])

const table = (head: readonly string[], rows: ReadonlyArray<readonly string[]>, kind = 'numbers'): string => {
  const cells = (row: readonly string[], tag: string) => row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')
  return `<div class="scroll"><table class="${kind}"><tr>${cells(head, 'th')}</tr>\n${body}\n</table></div>`
}
