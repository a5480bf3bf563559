import { writeFileSync } from 'node:fs'
import { systemClock } from '@millrace/core'
import { Command } from 'commander'
import { CommandError } from '../commandError.ts'
import { header, revision, someTime } from '../flags/flags.ts'
import { targetOf } from '../target/target.ts'
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
    .option('--timeout <time>', 'how long an answer may take', someTime, 30_000)
    .option('--json <file>', 'write the findings as JSON; - is stdout, in place of the text')
    .action(async (server: string[], flags: DoctorFlags) => onExit(await run(server, flags, terminal)))

const listed = (id: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), id]

const run = async (typed: readonly string[], flags: DoctorFlags, { stdout }: Terminal): Promise<number> => {
  const [first = ''] = typed
  const { ignore = [], protocol, header: headers = [], timeout: timeoutMs, json } = flags
  const all =
    typed.length === 1 && isSource(first)
      ? await examineSource(first)
      : await examineRunning(targetOf(typed), { headers, revision: protocol, timeoutMs, clock: systemClock })
  const findings = all.filter(({ id }) => !ignore.includes(id))
  const text = `${JSON.stringify(findings, undefined, 2)}\n`
  stdout.write(json === '-' ? text : shown(findings))
  if (json !== undefined && json !== '-') write(json, text)
  return findings.length === 0 ? 0 : 1
}

const shown = (findings: readonly Finding[]): string => {
  if (findings.length === 0) return 'Nothing was found.\n'
  const blocks = findings.map(
    ({ id, where, what, why, change }) => `${id}  ${where}\n  ${what}\n  Why: ${why}\n  Change: ${change}\n`,
  )
  return `${blocks.join('\n')}\n${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}\n`
}

const write = (file: string, text: string): void => {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new CommandError(`The findings cannot be written to ${file}: ${(error as Error).message}.`)
  }
}
