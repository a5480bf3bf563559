import { createRequire } from 'node:module'
import { keepAlive } from '@millrace/core'
import { Command, CommanderError } from 'commander'
import { bench } from './bench/bench.ts'
import { compare } from './compare/compare.ts'
import { CommandError } from './commandError.ts'
import { doctor } from './doctor/doctor.ts'
import { profile } from './profile/profile.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs the `millrace` command.
 *
 * @param args what was typed after its name: `['bench', 'http://127.0.0.1:3000/mcp', '--tool', 'search']`
 * @param terminal where it writes to. @default the process's own stdout and stderr
 * @returns the exit code: 0 is fine, 1 is a threshold that was missed or a finding, 2 is a command that could not be
 *   carried out, with the reason on stderr
 */
export const command = async (args: readonly string[], terminal: Terminal = process): Promise<number> => {
  let code = 0
  const onExit = (given: number) => void (code = given)
  const program = new Command('millrace')
    .description('Measures and examines MCP servers.')
    .version(version, '-V, --version', 'say which version this is')
    .showHelpAfterError('(--help says what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
  for (const one of [
    bench(terminal, onExit),
    compare(terminal, onExit),
    doctor(terminal, onExit),
    profile(terminal, onExit),
  ])
    program.addCommand(one.copyInheritedSettings(program))
  const release = keepAlive()
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : cannotRun
    if (!(error instanceof CommandError)) throw error
    terminal.stderr.write(`${error.message}\n`)
    return cannotRun
  } finally {
    release()
  }
}

const cannotRun = 2
// As far below the package as the sources are.
const { version } = createRequire(import.meta.url)('../package.json') as { readonly version: string }
