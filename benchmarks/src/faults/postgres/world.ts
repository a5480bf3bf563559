import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { faultProxy } from '@millrace/core/testing'
import pg from 'pg'
import { ownServer } from '../../peers/postgres.ts'
import { name } from '../plan.ts'
import { serving } from '../serving.ts'
import type { Proxied } from '../subject.ts'
import { options } from './options.ts'

/** A PostgreSQL of its own, a proxy in front of it, and an MCP server that uses it through the proxy. */
export interface Database extends Proxied {
  /** Asks PostgreSQL, past the proxy, over a connection that is closed again. */
  look(text: string, values?: unknown[]): Promise<ReadonlyArray<Record<string, number>>>
  /** A connection past the proxy, to be held. */
  connect(): Promise<pg.Client>
  stop(): Promise<void>
  /** Ends the server as a machine does that loses its power. */
  crash(): void
  start(): Promise<void>
}

/** Starts all of it. */
export const database = async (): Promise<Database> => {
  const server = await ownServer({
    max_connections: '60',
    superuser_reserved_connections: '0',
    reserved_connections: '0',
  })
  const { address, directory } = server
  const proxy = await faultProxy({ path: `${address.host}/.s.PGSQL.5432` })
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(address)
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const look: Database['look'] = async (text, values) => {
    const client = await connect()
    try {
      return (await client.query<Record<string, number>>(text, values)).rows
    } finally {
      await client.end()
    }
  }
  const connections = async (): Promise<number> => {
    const [row] = await look('SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1', [name])
    return row?.['n'] ?? NaN
  }
  await look('CREATE TABLE kept (n int)')
  const { user, database } = address
  const given = { host: proxy.host, port: proxy.port, user, database }
  const served = await serving(new URL('./serve.ts', import.meta.url), given)
  return {
    proxy,
    serving: served,
    look,
    connect,
    connections,
    idle: options.min,
    kept: async () => {
      const rows = await look('SELECT n, count(*)::int AS times FROM kept GROUP BY n')
      await look('TRUNCATE kept')
      return rows.map(({ n, times }) => ({ n, times: times ?? NaN }))
    },
    stop: () => server.stop(),
    crash: () => {
      const [pid] = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')
      process.kill(Number(pid), 'SIGKILL')
    },
    start: async () => {
      // What a crash has left behind takes a moment to go.
      for (let failure = await server.start(), left = 20; failure !== undefined; left -= 1) {
        if (left === 0) throw new Error(failure)
        await sleep(100)
        failure = await server.start()
      }
    },
    close: async () => {
      await served.close()
      await proxy.close()
      await server.stop()
    },
  }
}
