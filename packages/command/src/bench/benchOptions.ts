import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { header, integerFrom, jsonObject, positive, ratio, revision, someTime, time } from '../flags/flags.ts'
import type { LoadOptions } from '../load/measure.ts'
import type { Params } from '../wire/request.ts'
import type { Thresholds } from './thresholds.ts'

/** What to call, in the order in which it was named. */
export interface Named {
  readonly kind: 'tool' | 'method'
  readonly name: string
  readonly given: readonly Params[]
}

/** The flags that say how a server is reached and what is called. */
export interface CallFlags {
  readonly calls?: readonly Named[]
  readonly mix?: string
  readonly seed: number
  readonly protocol?: string
  readonly header?: readonly string[]
  readonly timeout: number
}

/** The flags that say how much load there is. */
export interface LoadFlags {
  readonly concurrency: number
  readonly rate?: number
  readonly duration: number
  readonly warmUp: number
  readonly timeout: number
}

/** The flags of `millrace bench`. */
export interface BenchFlags extends CallFlags, LoadFlags, Thresholds {
  readonly json?: string
  readonly html?: string
}

/** Flags into the options of a load. */
export const loadOptionsOf = ({ concurrency, rate, duration, warmUp, timeout }: LoadFlags): LoadOptions => ({
  concurrency,
  ratePerSecond: rate,
  durationMs: duration,
  warmUpMs: warmUp,
  timeoutMs: timeout,
})

/** Adds what says how a server is reached and what is called. */
export const withCallFlags = (command: Command): Command => {
  const calls: Named[] = []
  const add = (kind: Named['kind']) => (name: string) => {
    calls.push({ kind, name, given: [] })
    command.setOptionValue('calls', calls)
    return name
  }
  const give = (kind: Named['kind'], flag: string) => (text: string) => {
    const last = calls.pop()
    if (last?.kind !== kind)
      throw new InvalidArgumentError(`It belongs after a --${kind}: --${kind} NAME ${flag} '{…}'.`)
    calls.push({ ...last, given: [...last.given, jsonObject(text)] })
    return text
  }
  return command
    .option('--tool <name>', 'call this tool; may be repeated', add('tool'))
    .option('--args <json>', 'arguments of the tool before it; repeated: sent in turn', give('tool', '--args'))
    .option('--method <name>', 'ask for another method, such as tools/list; may be repeated', add('method'))
    .option('--params <json>', 'parameters of the method before it', give('method', '--params'))
    .addOption(new Option('--mix <file>', 'a JSON file of weighted calls').conflicts(['tool', 'method']))
    .option('--seed <n>', 'decides arguments that are made up, and the order of a mix', integerFrom(0), 1)
    .option('--protocol <revision>', 'such as 2025-11-25 (default: the newest that the server speaks)', revision)
    .option('-H, --header <header>', "an HTTP header, 'name: value'; may be repeated", header)
    .addOption(timeLimit())
}

/** How long an answer may take. Its default is shown as it would be typed: a number alone is seconds. */
export const timeLimit = (): Option =>
  new Option('--timeout <time>', 'how long an answer may take').argParser(someTime).default(30_000, '30s')

/** Adds what says how much load there is. */
export const withLoadFlags = (command: Command, durationMs: number): Command =>
  command
    .option('-c, --concurrency <n>', 'connections, or calls at a time over stdio', integerFrom(1, 10_000), 16)
    .option('-r, --rate <n>', 'calls a second, whatever the server does (default: as fast as it answers)', positive)
    .addOption(
      new Option('-d, --duration <time>', 'how long to measure')
        .argParser(someTime)
        .default(durationMs, `${durationMs / 1000}s`),
    )
    .addOption(
      new Option('-w, --warm-up <time>', 'how long to load the server before').argParser(time).default(2000, '2s'),
    )

/** Adds what CI wants to hold. */
export const withThresholdFlags = (command: Command): Command =>
  command
    .option('--max-p50 <ms>', 'end with 1 when the median is longer', positive)
    .option('--max-p95 <ms>', 'end with 1 when the 95th percentile is longer', positive)
    .option('--max-p99 <ms>', 'end with 1 when the 99th percentile is longer', positive)
    .option('--max-error-ratio <share>', 'end with 1 when more calls fail, 0 to 1', ratio)
    .option('--min-rate <n>', 'end with 1 when fewer calls a second are answered', positive)
