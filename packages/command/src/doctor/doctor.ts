import { systemClock } from '@millrace/core'
import { Command } from 'commander'
import { timeLimit } from '../bench/benchOptions.ts'
import { header, revision } from '../flags/flags.ts'
import { output } from '../output/output.ts'
import { targetOf } from '../target/target.ts'
import { stopOf } from '../terminal.ts'
import type { Terminal } from '../terminal.ts'
import type { Finding } from './finding.ts'
import { examineRunning } from './running/examine.ts'
import { examineSource, isSource } from './source/examine.ts'

interface DoctorFlags {
  readonly ignore?: readonly string[]
  readonly protocol?: string
  readonly header?: readonly string[]
  readonly timeout: number
  readonly json?: string
}

/** `millrace doctor`: says what could be better about a server that runs, or about its sources. */
export const doctor = (terminal: Terminal, onExit: (code: number) => void): Command =>
  new Command('doctor')
    .description('examine a running MCP server, or its sources, and say what to change')
    .argument('<server...>', 'a URL, a program and its arguments after --, or a file or folder of sources')
    .option('--ignore <id>', 'leave out findings of this name; may be repeated', listed)
    .option('--protocol <revision>', 'such as 2025-11-25 (default: the newest that the server speaks)', revision)
    .option('-H, --header <header>', "an HTTP header, 'name: value'; may be repeated", header)
    .addOption(timeLimit())
    .option('--json <file>', 'write the findings as JSON; - is stdout, in place of the text')
    .action(async (server: string[], flags: DoctorFlags) => onExit(await run(server, flags, terminal)))

const listed = (id: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), id]

const run = async (typed: readonly string[], flags: DoctorFlags, terminal: Terminal): Promise<number> => {
  const [first = ''] = typed
  const { ignore = [], protocol, header: headers = [], timeout: timeoutMs, json } = flags
  const stop = stopOf(terminal)
  const writeJson = output(json, 'findings', terminal)
  const all =
    typed.length === 1 && isSource(first)
      ? await examineSource(first)
      : await examineRunning(targetOf(typed), { headers, revision: protocol, timeoutMs, clock: systemClock, stop })
  const findings = all.filter(({ id }) => !ignore.includes(id))
  if (json !== '-') terminal.stdout.write(shown(findings))
  writeJson(`${JSON.stringify(findings, undefined, 2)}\n`)
  return findings.length === 0 ? 0 : 1
}

const shown = (findings: readonly Finding[]): string => {
  if (findings.length === 0) return 'Nothing was found.\n'
  const blocks = findings.map(
    ({ id, where, what, why, change }) => `${id}  ${where}\n  ${what}\n  Why: ${why}\n  Change: ${change}\n`,
  )
  return `${blocks.join('\n')}\n${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}\n`
}
