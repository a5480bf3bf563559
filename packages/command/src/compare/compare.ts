import { duration, systemClock } from '@millrace/core'
import { Command, Option } from 'commander'
import { loadOptionsOf, withCallFlags, withLoadFlags } from '../bench/benchOptions.ts'
import type { CallFlags, LoadFlags } from '../bench/benchOptions.ts'
import { prepared } from '../bench/prepared.ts'
import type { Prepared } from '../bench/prepared.ts'
import { reportOf } from '../bench/report.ts'
import type { Report } from '../bench/report.ts'
import { CommandError } from '../commandError.ts'
import { integerFrom, ratio } from '../flags/flags.ts'
import { measure } from '../load/measure.ts'
import { output } from '../output/output.ts'
import { targetOf } from '../target/target.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import type { Lane } from '../wire/lane.ts'
import { comparisonOf, metrics } from './comparison.ts'
import type { Metric, Round } from './comparison.ts'
import { textComparison } from './textComparison.ts'

interface CompareFlags extends CallFlags, LoadFlags {
  readonly rounds: number
  readonly metric: Metric
  readonly tolerance: number
  readonly json?: string
}

/** `millrace compare`: loads two servers in turn and says which is better, and how sure that is. */
export const compare = (terminal: Terminal, onExit: (code: number) => void): Command => {
  const command = new Command('compare')
    .description('load two MCP servers in turn, and say which is better and how sure that is')
    .argument('<a>', 'a URL, or a program with its arguments as one word')
    .argument('<b>', 'another')
  return withLoadFlags(withCallFlags(command), 2000)
    .option('--rounds <n>', 'how often each is loaded', integerFrom(2, 1000), 8)
    .addOption(new Option('--metric <name>', 'what the verdict is about').choices(metrics).default('p50'))
    .option('--tolerance <share>', 'how much is no difference, 0 to 1', ratio, 0.05)
    .option('--json <file>', 'write the comparison as JSON; - is stdout, in place of the text')
    .action(async (a: string, b: string, flags: CompareFlags) => onExit(await run([a, b], flags, terminal)))
}

const run = async (typed: readonly [string, string], flags: CompareFlags, terminal: Terminal): Promise<number> => {
  const writeJson = output(flags.json, 'comparison', terminal)
  const stop = stopOf(terminal)
  const sides: Loaded[] = []
  try {
    for (const one of typed) sides.push(await loaded(one, flags, stop))
    const rounds = await roundsOf(sides, flags, terminal, stop)
    const comparison = comparisonOf(rounds, flags.metric, flags.tolerance)
    if (flags.json !== '-') terminal.stdout.write(textComparison(comparison))
    writeJson(`${JSON.stringify(comparison, undefined, 2)}\n`)
    return comparison.verdict === 'worse' ? 1 : 0
  } finally {
    for (const { prepared } of sides) await prepared.server.close()
  }
}

interface Loaded {
  readonly prepared: Prepared
  readonly lanes: readonly Lane[]
}

const loaded = async (typed: string, flags: CompareFlags, stop: AbortSignal): Promise<Loaded> => {
  const made = await prepared(targetOf([typed]), flags, systemClock, stop)
  const more = Array.from({ length: flags.concurrency - 1 }, () => made.server.lane())
  return { prepared: made, lanes: [made.lane, ...more] }
}

const roundsOf = async (
  sides: readonly Loaded[],
  flags: CompareFlags,
  { stderr }: Terminal,
  stop: AbortSignal,
): Promise<Round[]> => {
  const rounds: Round[] = []
  const options = loadOptionsOf(flags)
  for (let round = 0; round < flags.rounds && !stop.aborted; round += 1) {
    // Who comes second finds the machine as the first one left it, so they take turns.
    const reports: Report[] = []
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const { prepared, lanes } = sides[at]!
      const startedAt = new Date()
      const warmUpMs = round === 0 ? options.warmUpMs : 0
      const given = { ...options, warmUpMs, seed: flags.seed, startedAt }
      const measured = await measure({ ...prepared, lanes, clock: systemClock, stop }, given)
      reports[at] = reportOf(prepared.server, given, measured, prepared.notes)
      if ((reports[at].latency.count === 0 || reports[at].ratePerSecond === 0) && !stop.aborted)
        throw new CommandError(nothing(reports[at]))
    }
    const [a, b] = reports as [Report, Report]
    if (stop.aborted) break
    rounds.push([a, b])
    stderr.write(
      `round ${round + 1} of ${flags.rounds}: p50 ${a.latency.p50.toFixed(2)} and ${b.latency.p50.toFixed(2)} ms\n`,
    )
  }
  if (rounds.length < 2) throw new CommandError('It was interrupted before there was anything to compare.')
  return rounds
}

const nothing = ({ target, latency, measuredMs, errors: [first] }: Report): string => {
  if (latency.count > 0) return `No answer of ${target} came within ${duration(measuredMs)}: give a longer --duration.`
  const why =
    first === undefined
      ? ''
      : `: ${first.kind} (${first.detail})${first.message === undefined ? '' : `, ${first.message}`}`
  return `No call to ${target} was answered well${why}.`
}
