import { checkShare, kindOf } from '@millrace/core'
import type { Health } from '@millrace/core'
import { execute } from './query/execution.ts'
import { healthOf } from './health.ts'
import { checkInsert, insert } from './insert.ts'
import type { InsertOptions, Rows } from './insert.ts'
import type { Settings } from './options.ts'
import type { Postgres } from './postgres.ts'
import { scopeOf } from './query/scope.ts'
import type { QueryOptions, Within } from './query/scope.ts'
import { statementOf } from './query/statement.ts'
import { Routing } from './routing.ts'
import type { Query, QueryResult, Row } from './rows.ts'
import { Server } from './server.ts'
import type { PostgresStats } from './stats.ts'
import { copyFrom, copyTo } from './stream/copy.ts'
import { checkStream } from './stream/options.ts'
import type { StreamOptions } from './stream/options.ts'
import type { Pieces } from './stream/pieces.ts'
import { stream } from './stream/stream.ts'
import { checkTransaction } from './transaction/options.ts'
import type { TransactionOptions } from './transaction/options.ts'
import { transact } from './transaction/transact.ts'
import type { Transaction } from './transaction/transaction.ts'

/** A database with its pools. */
export class Database implements Postgres {
  readonly #routing: Routing
  readonly #servers: readonly Server[]

  constructor(settings: Settings) {
    const { name, connection, replicas } = settings
    const primary = new Server(name, connection, settings)
    const followers = replicas.map((one, index) => new Server(`${name} replica ${index + 1}`, one, settings))
    this.#routing = new Routing(primary, followers)
    this.#servers = [primary, ...followers]
  }

  query<R = Row>(query: string | Query, values?: readonly unknown[], within?: Within): Promise<QueryResult<R>> {
    let statement
    let scope
    try {
      statement = statementOf(query, values)
      scope = scopeOf(within)
    } catch (error) {
      return Promise.reject(error)
    }
    const { primary, replicas } = this.#routing
    const result =
      scope.isReadOnly && replicas.length > 0
        ? this.#routing.route(scope, (desk) => execute(desk, statement, scope))
        : execute(primary, statement, scope)
    return result
  }

  async transaction<Value>(
    work: (transaction: Transaction) => Promise<Value>,
    options: TransactionOptions = {},
  ): Promise<Value> {
    checkTransaction(options)
    if (typeof work !== 'function') throw new TypeError(`transaction: expected a function, got ${kindOf(work)}`)
    const scope = scopeOf(options)
    return this.#routing.route(scope, (desk) => transact(desk, work, scope, options))
  }

  stream<R = Row>(
    query: string | Query,
    values?: readonly unknown[],
    options: StreamOptions = {},
  ): AsyncGenerator<R, void, undefined> {
    checkStream(options)
    const { batchRows = 1_000 } = options
    const scope = scopeOf(options)
    return stream<R>(this.#routing.desk(scope), statementOf(query, values), scope, batchRows)
  }

  copyTo(text: string, within?: Within): AsyncGenerator<Buffer, void, undefined> {
    const scope = scopeOf(within)
    return copyTo(this.#routing.desk(scope), text, scope)
  }

  async copyFrom(text: string, source: Pieces, within?: Within): Promise<number> {
    return copyFrom(this.#routing.primary, text, source, scopeOf(within))
  }

  async insert(table: string, rows: Rows, options: InsertOptions & QueryOptions = {}): Promise<number> {
    const { call, signal, timeoutMs, isReadOnly: _, ...own } = options
    checkInsert(table, own)
    const scope = scopeOf({ call, signal, timeoutMs })
    // Rows that are still coming come once.
    const maxAttempts = Array.isArray(rows) ? undefined : 1
    return transact(this.#routing.primary, (open) => insert(open, table, rows, own), scope, { maxAttempts })
  }

  resize(max: number): void {
    if (!Number.isSafeInteger(max) || max < 1) throw new TypeError(`resize: max must be an integer ≥ 1, got ${max}`)
    for (const { pool } of this.#servers) pool.resize(max)
  }

  shrinkTo(share: number): void {
    checkShare('postgres', share)
    for (const { pool } of this.#servers) pool.shrinkTo(share)
  }

  check(signal?: AbortSignal): Promise<Health> {
    return healthOf(this.#routing, signal)
  }

  stats(): PostgresStats {
    const { primary, replicas } = this.#routing
    return { ...primary.stats, replicas: replicas.map(({ stats }) => stats) }
  }

  /** Opens what is kept open. @throws what the primary refuses with, when it takes no connection */
  async open(signal: AbortSignal | undefined): Promise<void> {
    const scope = scopeOf(signal)
    const warm = Promise.all(this.#servers.map(({ pool }) => pool.warm()))
    await Promise.all([execute(this.#routing.primary, { text: '' }, scope), warm])
  }

  async close(graceMs = 2_000): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close(graceMs)))
  }
}
