import { isMillraceError, lifespan, postgres, resource } from 'millrace'
import type { Postgres, PostgresOptions, Resource } from 'millrace'
import { load } from './load.ts'
import type { Loaded } from './load.ts'
import { postgres as ownServer } from './postgres.ts'
import type { PostgresOptions as OwnServerOptions } from './postgres.ts'

/** A PostgreSQL server. */
export interface Place {
  readonly connection: NonNullable<PostgresOptions['connection']>
  /** Which PostgreSQL this is and where, for people. */
  readonly where: string
  /** Stops the server when it is our own and nobody else uses it. */
  leave(): Promise<void>
}

/** What the atlas leans on, for `lifespan`: each starts when what it needs has, and is closed before it. */
export type Parts = {
  readonly place: Resource<Place, {}>
  readonly pool: Resource<Postgres, { readonly place: Parts['place'] }>
  readonly cities: Resource<Loaded, { readonly pool: Parts['pool'] }>
}

/** Options of {@link parts} and {@link database}. */
export interface DatabaseOptions extends OwnServerOptions {
  /** A running PostgreSQL. @default a server of our own */
  readonly url?: string | undefined
  /** How many connections there are, and how many callers may wait for one. @default 2 to 10, and 100 */
  readonly pool?: Pick<PostgresOptions, 'min' | 'max' | 'maxWaiting'> | undefined
  /** Called when the cities have to be loaded, which takes some seconds. @default nothing */
  readonly onLoad?: () => void
}

/** The server, the connections to it, and the cities in it. */
export function parts({ url, pool: size, onLoad, ...own }: DatabaseOptions = {}): Parts {
  const place = resource({
    start: () => (url === undefined ? ourPlace(own) : given(url)),
    close: ({ leave }) => leave(),
  })
  const pool = resource({
    needs: { place },
    start: ({ place: { connection } }, context) =>
      postgres({ connection, name: 'atlas', min: 2, max: 10, ...size }).start({}, context),
    check: (pool, { signal }) => pool.check(signal),
    close: (pool) => pool.close(),
  })
  const cities = resource({ needs: { pool }, start: ({ pool }, { signal }) => load(pool, onLoad, signal) })
  return { place, pool, cities }
}

/** How long a part may take to start, in milliseconds: a slow machine loads the cities. */
export const startMs = 120_000

/** The loaded city database. */
export interface Database {
  readonly pool: Postgres
  readonly loaded: Loaded
  readonly connection: Place['connection']
  /** Closes the connections, and stops the server when it is our own and nobody else uses it. */
  close(): Promise<void>
}

/**
 * Opens the city database, for programs that have no lifespan of their own, and loads the cities on first use.
 *
 * @throws Error in one sentence when there is no PostgreSQL or it cannot be used.
 */
export async function database(options: DatabaseOptions = {}): Promise<Database> {
  const app = lifespan(parts(options), { signals: false, startMs })
  try {
    const { pool, cities, place } = await app.start()
    return { pool, loaded: cities, connection: place.connection, close: () => app.stop() }
  } catch (error) {
    throw explained(error, options.url)
  }
}

/** What kept a lifespan with these parts from starting, as one sentence for people. */
export function explained(error: unknown, url: string | undefined): Error {
  const reason = reasonOf(error)
  if (url === undefined) return new Error(reason, { cause: error })
  return new Error(`The PostgreSQL at DATABASE_URL cannot be used: ${reason.replace(/\.$/, '')}.`, { cause: error })
}

async function ourPlace(options: OwnServerOptions): Promise<Place> {
  const { connection, version, source, directory, leave } = await ownServer(options)
  return { connection, where: `PostgreSQL ${version} from ${source}, data in ${directory}`, leave }
}

function given(connection: string): Place {
  return { connection, where: 'PostgreSQL at DATABASE_URL', leave: async () => {} }
}

function reasonOf(error: unknown): string {
  const { cause } = error as { readonly cause?: unknown }
  // What a lifespan throws says which part it was, a pool says only that it has no connection; why is the cause.
  const inner = isMillraceError(cause) && cause.cause !== undefined ? cause.cause : (cause ?? error)
  // Node gathers the failures of several addresses into one error without a message.
  const first: unknown = inner instanceof AggregateError ? inner.errors[0] : inner
  return first instanceof Error ? first.message : String(first)
}
