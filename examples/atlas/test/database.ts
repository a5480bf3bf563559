import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { database } from '../src/database.ts'
import type { Database } from '../src/database.ts'

// Every worker of a test run has the run as its parent, so they agree on one directory without being told.
const testRun = process.ppid
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const directory = join(memory, `atlas-test-${testRun}`)

/** Settings for a server whose data may be lost. */
export const volatile: Readonly<Record<string, string>> = { fsync: 'off', full_page_writes: 'off' }

/** The loaded cities, in a PostgreSQL that all files of this test run share. */
export function sharedDatabase(): Promise<Database> {
  return database({ directory: freshDirectory('shared'), settings: volatile })
}

/** The same database for a program that takes `DATABASE_URL`, or another one on its server. */
export function urlOf(
  { connection }: Database,
  other: { readonly user?: string; readonly database?: string } = {},
): string {
  const { host, user, database } = { ...(connection as Exclude<typeof connection, string>), ...other }
  return `postgresql://${user}@/${database}?host=${host}`
}

/** A directory of this test run. It goes when the run ends, in whatever way, and a server that is left in it stops. */
export function freshDirectory(name: string): string {
  try {
    mkdirSync(directory)
    removeAfterRun()
  } catch {
    // Another worker made it, and its removal with it.
  }
  const path = join(directory, name)
  mkdirSync(path, { recursive: true })
  return path
}

function removeAfterRun(): void {
  const script = `
    while kill -0 ${testRun} 2>/dev/null; do sleep 0.2; done
    for lock in "$1"/*/data-*/postmaster.pid "$1"/*/*/data-*/postmaster.pid; do kill -QUIT "$(head -n 1 "$lock")"; done
    rm -rf "$1"`
  spawn('sh', ['-c', script, 'sh', directory], { detached: true, stdio: 'ignore' }).unref()
}
