import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { run } from './account.ts'
import type { Account } from './account.ts'
import { assemble } from './assemble.ts'
import type { Programs } from './programs.ts'

/** A data directory with the server that runs on it, now or later. */
export interface Cluster {
  readonly directory: string
  readonly connection: { readonly host: string; readonly user: string; readonly database: string; readonly ssl: false }
  /** Starts the server. Resolves to undefined when it takes connections, or to what went wrong in one line. */
  start(): Promise<string | undefined>
  /** Whether some server process holds the data directory: running, starting or stopping. */
  isHeld(): Promise<boolean>
  /** Disconnects everybody, stops the server and waits until it is gone. */
  stop(): Promise<void>
}

/** Settings of a server, as in `postgresql.conf`. */
export type Settings = Readonly<Record<string, string>>

// The socket lies in the data directory, which PostgreSQL keeps closed to other users: no port to choose, no password.
const ownSettings: Settings = {
  listen_addresses: '',
  unix_socket_directories: '.',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // The package has no compiler for it.
  jit: 'off',
}

/** The cluster in `home`, made with `initdb` when it is not there yet. One for each major version of PostgreSQL. */
export async function cluster(
  programs: Programs,
  account: Account,
  home: string,
  settings: Settings,
): Promise<Cluster> {
  const directory = join(home, `data-${programs.version.split('.')[0]}`)
  const log = `${directory}.log`
  const lockFile = join(directory, 'postmaster.pid')
  await assemble(directory, (unfinished) => initialise(programs, account, unfinished, { ...ownSettings, ...settings }))

  return {
    directory,
    connection: { host: directory, user: 'postgres', database: 'postgres', ssl: false },
    isHeld,
    async start() {
      const started = await pgCtl('start', '-l', log)
      if (started.isOk) return undefined
      // The process number left behind by a killed server may by now be another program's, which PostgreSQL cannot tell.
      if (holder() > 0 && !(await isHeld())) rmSync(lockFile, { force: true })
      return reason(log)
    },
    async stop() {
      const stopped = await pgCtl('stop', '-m', 'fast')
      if (!stopped.isOk && (await isHeld())) throw new Error(`PostgreSQL did not stop: ${stopped.output}`)
    },
  }

  async function isHeld(): Promise<boolean> {
    const pid = holder()
    return pid > 0 && (await isPostgres(account, pid))
  }

  function holder(): number {
    return existsSync(lockFile) ? Number.parseInt(readFileSync(lockFile, 'utf8'), 10) : 0
  }

  function pgCtl(...args: readonly string[]): ReturnType<typeof run> {
    return run(account, join(programs.bin, 'pg_ctl'), [...args, '-w', '-t', '60', '-s', '-D', directory])
  }
}

async function initialise(programs: Programs, account: Account, directory: string, settings: Settings): Promise<void> {
  const isSafe = settings['fsync'] !== 'off'
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', ...(isSafe ? [] : ['--no-sync'])]
  const made = await run(account, join(programs.bin, 'initdb'), ['-D', directory, ...options])
  if (!made.isOk) throw new Error(`PostgreSQL could not set up its data directory: ${lastLine(made.output)}`)
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`)
  appendFileSync(join(directory, 'postgresql.conf'), lines.join(''))
}

/** Whether the process is a PostgreSQL that lives: not one that was killed and that nobody has buried. */
async function isPostgres(account: Account, pid: number): Promise<boolean> {
  const [name, state] = await nameAndState(account, pid)
  return basename(name).startsWith('postgres') && !state.startsWith('Z')
}

async function nameAndState(account: Account, pid: number): Promise<readonly [name: string, state: string]> {
  try {
    const [, name = '', state = ''] = /^\d+ \((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return [name, state]
  } catch {
    const { output } = await run(account, 'ps', ['-o', 'state=', '-o', 'comm=', '-p', String(pid)])
    const [state = '', ...name] = output.trim().split(/\s+/)
    return [name.join(' '), state]
  }
}

function reason(log: string): string {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trimEnd() : ''
  return text.split('FATAL:').at(-1)?.trim().split('\n')[0] ?? ''
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
