import type pg from 'pg'
import { load } from './load.ts'
import type { Loaded } from './load.ts'
import { pool } from './pool.ts'
import { postgres } from './postgres.ts'
import type { PostgresOptions } from './postgres.ts'

/** The loaded city database. */
export interface Database {
  readonly pool: pg.Pool
  readonly loaded: Loaded
  /** Which PostgreSQL this is and where, for people. */
  readonly where: string
  /** Closes the connections, and stops the server when it is our own and nobody else uses it. */
  close(): Promise<void>
}

/** Options of {@link database}. */
export interface DatabaseOptions extends PostgresOptions {
  /** A running PostgreSQL. @default a server of our own */
  readonly url?: string | undefined
  /** Called when the cities have to be loaded, which takes some seconds. @default nothing */
  readonly onLoad?: () => void
}

/**
 * Opens the city database and loads the cities on first use.
 *
 * @throws Error in one sentence when there is no PostgreSQL or it cannot be used.
 */
export async function database({ url, onLoad, ...own }: DatabaseOptions = {}): Promise<Database> {
  const server = url === undefined ? await postgres(own) : undefined
  const connections = pool(server?.connection ?? { connectionString: url })
  const close = async (): Promise<void> => {
    await connections.end()
    await server?.leave()
  }
  try {
    const loaded = await load(connections, onLoad)
    const where = server
      ? `PostgreSQL ${server.version} from ${server.source}, data in ${server.directory}`
      : 'PostgreSQL at DATABASE_URL'
    return { pool: connections, loaded, where, close }
  } catch (error) {
    await close().catch(() => {})
    throw server === undefined ? new Error(`The PostgreSQL at DATABASE_URL cannot be used: ${said(error)}.`) : error
  }
}

function said(error: unknown): string {
  // Node gathers the failures of several addresses into one error without a message.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message.replace(/\.$/, '') : String(first)
}
