import type { Health, Resource, Shrinkable } from '@millrace/core'
import { Database } from './database.ts'
import type { InsertOptions, Rows } from './insert.ts'
import { settingsOf } from './options.ts'
import type { PostgresOptions } from './options.ts'
import type { QueryOptions, Within } from './query/scope.ts'
import type { Query, QueryResult, Row } from './rows.ts'
import type { PostgresStats } from './stats.ts'
import type { StreamOptions } from './stream/options.ts'
import type { Pieces } from './stream/pieces.ts'
import type { TransactionOptions } from './transaction/options.ts'
import type { Transaction } from './transaction/transaction.ts'

/**
 * A PostgreSQL database with its connections. Whatever runs within a call or a signal is cancelled on the server when
 * that is aborted, and nothing is given back to the pool before the server has ended it.
 */
export interface Postgres extends Shrinkable {
  /**
   * Runs one query on whatever connection is free first.
   *
   * @throws PoolExhaustedError, DatabaseUnavailableError: it never ran. QueryTimedOutError, ConnectionLostError: it ran,
   * and how it ended is not known. What the server says, as `pg` throws it. The reason of what was aborted.
   */
  query<R = Row>(query: string | Query, values?: readonly unknown[], within?: Within): Promise<QueryResult<R>>
  /**
   * Runs `work` in a transaction: what it gives is given when everything is kept, what it throws when nothing is. When
   * the transaction loses against another one, it is run again.
   */
  transaction<Value>(work: (transaction: Transaction) => Promise<Value>, options?: TransactionOptions): Promise<Value>
  /** The rows of a `SELECT`, fetched as they are asked for: `for await (const row of db.stream('SELECT …'))`. */
  stream<R = Row>(
    query: string | Query,
    values?: readonly unknown[],
    options?: StreamOptions,
  ): AsyncGenerator<R, void, undefined>
  /** What `COPY … TO STDOUT` gives, in pieces cut anywhere, read as they are asked for. */
  copyTo(text: string, within?: Within): AsyncGenerator<Buffer, void, undefined>
  /** Feeds `COPY … FROM STDIN` as fast as the server takes it. @returns how many rows it was */
  copyFrom(text: string, source: Pieces, within?: Within): Promise<number>
  /** Inserts many rows in one transaction, in few statements. @returns how many were inserted */
  insert(table: string, rows: Rows, options?: InsertOptions & QueryOptions): Promise<number>
  /** Changes how many connections each pool may have. */
  resize(max: number): void
  /**
   * Keeps at most this part of as many connections as each pool may have open while nobody uses them, also of those
   * that `min` keeps open, for `memoryGuard()`.
   */
  shrinkTo(share: number): void
  /** Asks the database whether it answers. @throws when it does not */
  check(signal?: AbortSignal): Promise<Health>
  /** What the pool has and what has happened in it. */
  stats(): PostgresStats
  /**
   * Refuses new queries, waits for those that run, then closes every connection.
   *
   * @param graceMs how long running ones may take, in milliseconds; then their connections are cut. @default 2_000
   */
  close(graceMs?: number): Promise<void>
}

/** PostgreSQL as a resource for `lifespan`, or to be opened by hand. */
export interface PostgresResource extends Resource<Postgres, {}> {
  /** Opens it without a lifespan; close it with its `close()`. @throws when the database takes no connection */
  open(): Promise<Postgres>
}

/**
 * A PostgreSQL database. Starting it opens the connections that are kept open, so a start that succeeds has seen the
 * database.
 *
 * @throws TypeError when an option makes no sense
 */
export const postgres = (options: PostgresOptions = {}): PostgresResource => {
  const settings = settingsOf(options)
  const open = async (signal?: AbortSignal, clock = settings.clock): Promise<Postgres> => {
    const database = new Database({ ...settings, clock: options.clock ?? clock })
    try {
      await database.open(signal)
      return database
    } catch (error) {
      await database.close(0)
      throw error
    }
  }
  return {
    open: () => open(),
    start: (_, { signal, clock }) => open(signal, clock),
    check: (database, { signal }) => database.check(signal),
    close: (database) => database.close(),
  }
}
