import { systemClock } from '@millrace/core'
import { Command } from 'commander'
import { loadOptionsOf, withCallFlags, withLoadFlags } from '../bench/benchOptions.ts'
import type { CallFlags, LoadFlags } from '../bench/benchOptions.ts'
import { prepared } from '../bench/prepared.ts'
import { columns } from '../bench/columns.ts'
import { percent, rate } from '../bench/numbers.ts'
import { CommandError } from '../commandError.ts'
import { output } from '../output/output.ts'
import { targetOf } from '../target/target.ts'
import type { Target } from '../target/target.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import { selfTimeOf } from './cpuProfile.ts'
import type { CpuProfile, Share } from './cpuProfile.ts'
import { inspectedOverListener, profileOfListener } from './ofListener.ts'
import { profileOfListening, profileOfProgram } from './ofProgram.ts'
import { underLoad } from './underLoad.ts'

interface ProfileFlags extends CallFlags, LoadFlags {
  readonly url?: string
  readonly token?: string
  readonly output?: string
}

/** What was profiled, and under which load. */
export interface Profiled {
  readonly profile: CpuProfile
  /** Calls a second meanwhile; undefined when the load was not ours. */
  readonly ratePerSecond?: number
  readonly notes: readonly string[]
}

/** `millrace profile`: says what a server computes under load. */
export const profile = (terminal: Terminal, onExit: (code: number) => void): Command => {
  const command = new Command('profile')
    .description('say what the processor does in a server under load, and write a .cpuprofile')
    .argument('<server...>', 'a Node program and its arguments after --, or the URL of the ops() of a server that runs')
  return withLoadFlags(withCallFlags(command), 10_000)
    .option('--url <url>', 'the MCP endpoint to load meanwhile, when the program speaks HTTP, not stdio')
    .option('--token <token>', 'of the ops listener (default: the environment variable OPS_TOKEN)')
    .option(
      '-o, --output <file>',
      'where the profile goes; - is stdout, in place of the text (default: millrace.cpuprofile)',
    )
    .action(async (server: string[], flags: ProfileFlags) => onExit(await run(server, flags, terminal)))
}

const run = async (typed: readonly string[], flags: ProfileFlags, terminal: Terminal): Promise<number> => {
  const target = targetOf(typed)
  const file = flags.output ?? 'millrace.cpuprofile'
  const writeProfile = output(file, 'profile', terminal)
  const { profile, ratePerSecond, notes } = await profiled(target, flags, terminal)
  writeProfile(JSON.stringify(profile))
  if (file === '-') return 0
  terminal.stdout.write(shown(target.name, profile, ratePerSecond))
  for (const note of notes) terminal.stdout.write(`${note}\n`)
  terminal.stdout.write(`Written to ${file}, for the developer tools of Chrome, VS Code and speedscope.\n`)
  return 0
}

const profiled = async (target: Target, flags: ProfileFlags, terminal: Terminal): Promise<Profiled> => {
  const options = loadOptionsOf(flags)
  const endpoint = flags.url === undefined ? undefined : endpointOf(flags.url)
  if (target.kind === 'stdio') {
    return endpoint === undefined
      ? profileOfProgram(target, flags, options, terminal)
      : profileOfListening(target, endpoint, flags, options, terminal)
  }
  const { duration, token = process.env['OPS_TOKEN'] } = flags
  const stop = stopOf(terminal)
  const profiling = () => profileOfListener({ url: target.url, seconds: duration / 1000, token, stop })
  if (endpoint === undefined) return { profile: await profiling(), notes: [] }
  const ready = await prepared(endpoint, flags, systemClock, stop)
  try {
    return await underLoad(ready, inspectedOverListener(profiling), options, terminal)
  } finally {
    await ready.server.close()
  }
}

const endpointOf = (url: string): Target & { readonly kind: 'http' } => {
  const target = targetOf([url])
  if (target.kind === 'http') return target
  throw new CommandError(`--url is the URL of an MCP endpoint such as http://127.0.0.1:3000/mcp, got ${url}.`)
}

const shown = (name: string, profile: CpuProfile, ratePerSecond: number | undefined): string => {
  const { totalMs, busyRatio, packages, functions } = selfTimeOf(profile)
  const load = ratePerSecond === undefined ? '' : `, ${rate(ratePerSecond)} calls a second`
  return [
    `${name}: busy ${percent(busyRatio)} of ${(totalMs / 1000).toFixed(1)} s${load}`,
    '',
    ...columns([['self time by package', 'of busy'], ...rows(packages, 10)]),
    '',
    ...columns([['self time by function', 'of busy'], ...rows(functions, 15)]),
    '',
    '',
  ].join('\n')
}

const rows = (shares: readonly Share[], count: number): string[][] =>
  shares.slice(0, count).map(({ name, ratio }) => [name, percent(ratio)])
