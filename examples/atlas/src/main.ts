import { once } from 'node:events'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { loadSignals } from 'millrace'
import { announcement } from './announcement.ts'
import { isOverStdio, UnknownOption } from './arguments.ts'
import { database } from './database.ts'
import type { Database } from './database.ts'
import { listen, portOf } from './http.ts'
import { limits } from './limits.ts'
import { createServer } from './server.ts'

const limited = limits(loadSignals())

try {
  const run = isOverStdio(process.argv.slice(2)) ? overStdio : overHttp
  await run(interruption())
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof UnknownOption ? error.exitCode : 1
}

async function overHttp(interrupted: Promise<void>): Promise<void> {
  const listener = await listen(portOf(process.env))
  try {
    await withDatabase(async (db) => {
      listener.serve(() => createServer(db.pool, limited))
      process.stdout.write(announcement(db, listener.url))
      await interrupted
      await listener.close()
    })
  } finally {
    await listener.close()
  }
}

async function overStdio(interrupted: Promise<void>): Promise<void> {
  await withDatabase(async (db) => {
    const connection = serveStdio(() => createServer(db.pool, limited))
    await Promise.race([interrupted, once(process.stdin, 'end'), once(process.stdin, 'close')])
    await connection.close()
  })
}

async function withDatabase(use: (db: Database) => Promise<void>): Promise<void> {
  const db = await database({
    url: process.env['DATABASE_URL'] || undefined,
    onLoad: () => say('Loading the cities into PostgreSQL, once ...'),
  })
  try {
    await use(db)
  } finally {
    await db.close()
  }
}

/** Resolves at the first signal to stop. More of them change nothing: npm passes on the one the terminal sent already. */
function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  })
}

/** Standard output belongs to the protocol when it runs over stdio. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
