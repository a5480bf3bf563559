import { systemClock } from '@millrace/core'
import { Command } from 'commander'
import { CommandError } from '../commandError.ts'
import { measure } from '../load/measure.ts'
import { output } from '../output/output.ts'
import { targetOf } from '../target/target.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { loadOptionsOf, withCallFlags, withLoadFlags, withThresholdFlags } from './benchOptions.ts'
import type { BenchFlags } from './benchOptions.ts'
import { htmlReport } from './html/htmlReport.ts'
import { prepared } from './prepared.ts'
import { progress } from './progress.ts'
import { reportOf } from './report.ts'
import type { Report } from './report.ts'
import { textReport } from './textReport.ts'
import { shortfalls } from './thresholds.ts'

/** `millrace bench`: loads a server and says how it did. */
export const bench = (terminal: Terminal, onExit: (code: number) => void): Command => {
  const command = new Command('bench')
    .description('load an MCP server, over HTTP or stdio, and say how it did')
    .argument('<server...>', 'a URL, or a program and its arguments after --')
  return withThresholdFlags(withLoadFlags(withCallFlags(command), 10_000))
    .option('--json <file>', 'write the report as JSON; - is stdout, in place of the text')
    .option('--html <file>', 'write the report as one HTML page with plots; - is stdout, in place of the text')
    .action(async (server: string[], flags: BenchFlags) => onExit(await run(server, flags, terminal)))
}

const run = async (typed: readonly string[], flags: BenchFlags, terminal: Terminal): Promise<number> => {
  const { json, html } = flags
  if (json === '-' && html === '-') throw new CommandError('Only one of --json and --html can go to stdout.')
  const writeJson = output(json, 'report', terminal)
  const writeHtml = output(html, 'report', terminal)
  const report = await benched(typed, flags, terminal)
  if (json !== '-' && html !== '-') terminal.stdout.write(textReport(report))
  writeJson(`${JSON.stringify(report, undefined, 2)}\n`)
  writeHtml(htmlReport(report))
  const sentences = shortfalls(report, flags)
  for (const sentence of sentences) terminal.stderr.write(`${sentence}\n`)
  return sentences.length === 0 ? 0 : 1
}

const benched = async (typed: readonly string[], flags: BenchFlags, terminal: Terminal): Promise<Report> => {
  const clock = systemClock
  const stop = stopOf(terminal)
  const { server, mix, lane, notes } = await prepared(targetOf(typed), flags, clock, stop)
  try {
    const options = loadOptionsOf(flags)
    const lanes = [lane, ...Array.from({ length: options.concurrency - 1 }, () => server.lane())]
    const shown = progress(terminal, options)
    const startedAt = new Date()
    const measured = await measure({ server, lanes, mix, clock, stop }, options, shown.show).finally(() => shown.end())
    return reportOf(server, { ...options, seed: flags.seed, startedAt }, measured, notes)
  } finally {
    await server.close()
  }
}
