import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { account } from './postgres/account.ts'
import { cluster } from './postgres/cluster.ts'
import type { Cluster, Settings } from './postgres/cluster.ts'
import { claim, home } from './postgres/home.ts'
import { programs } from './postgres/programs.ts'

/** A PostgreSQL server of our own, in use by this process and possibly by others of its kind. */
export interface Postgres {
  readonly connection: Cluster['connection']
  /** For instance `18.4`. */
  readonly version: string
  readonly source: string
  readonly directory: string
  /** Leaves the server; the last process that leaves stops it. Every connection must be closed before. */
  leave(): Promise<void>
}

/** Options of {@link postgres}. */
export interface PostgresOptions {
  /** Where the server keeps its data; made when missing. @default `millrace-atlas` in the user's cache directory */
  readonly directory?: string
  /** Further lines of `postgresql.conf`, used when the data directory is made. @default none */
  readonly settings?: Settings
}

// Held shared by each process that uses the server, so that the last one to leave can tell that it is the last.
// A killed process loses it with its connection.
const inUse = 0x61746c61

const patienceMs = 60_000
const pauseMs = 100
// More than one, because a start can fail merely by meeting another process's stop.
const maxFailures = 5

/** Joins the server on the data directory, starting it when it is not running: several processes may do so at once. */
export async function postgres({ directory, settings = {} }: PostgresOptions = {}): Promise<Postgres> {
  const user = await account()
  if (directory !== undefined && !(await claim(directory, user))) {
    throw new Error(`PostgreSQL's user cannot keep its data in ${directory}.`)
  }
  const place = directory ?? (await home(user))
  const found = await programs(user, place)
  const server = await cluster(found, user, place, settings)
  const seat = await join(server)
  return {
    connection: server.connection,
    version: found.version,
    source: found.source,
    directory: server.directory,
    leave: () => leave(server, seat),
  }
}

async function join(server: Cluster): Promise<pg.Client> {
  const giveUpAt = Date.now() + patienceMs
  let failures = 0
  for (;;) {
    const seat = await sit(server)
    if (seat) return seat
    // A server that is there but takes no connection is being started or stopped by another process.
    const isWaiting = (await server.isHeld()) && Date.now() < giveUpAt
    const failure = isWaiting ? undefined : await server.start()
    if (failure !== undefined && ++failures === maxFailures) {
      throw new Error(`PostgreSQL does not start on ${server.directory} (${failure}); deleting it starts afresh.`)
    }
    if (isWaiting || failure !== undefined) await delay(pauseMs)
  }
}

async function sit(server: Cluster): Promise<pg.Client | undefined> {
  const client = new pg.Client({ ...server.connection, connectionTimeoutMillis: 5_000 })
  // Losing this connection loses the seat and nothing else.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT pg_advisory_lock_shared($1)', [inUse])
    return client
  } catch {
    await client.end().catch(() => {})
    return undefined
  }
}

async function leave(server: Cluster, seat: pg.Client): Promise<void> {
  try {
    if (await isLast(seat)) await server.stop()
  } finally {
    await seat.end().catch(() => {})
  }
}

async function isLast(seat: pg.Client): Promise<boolean> {
  try {
    await seat.query('SELECT pg_advisory_unlock_shared($1)', [inUse])
    const { rows } = await seat.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [inUse])
    return rows[0]?.last === true
  } catch {
    // The server is gone already.
    return false
  }
}
