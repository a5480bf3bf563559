import type { Clock, Timer } from '@millrace/core'
import type Pg from 'pg'
import type { Connection } from '../connection/connection.ts'
import { QueryTimedOutError } from '../errors.ts'
import { events } from '../report.ts'
import { isFatal, lost } from './failure.ts'
import type { QueryTally } from './tally.ts'

/** What every query of a pool shares. */
export interface RunContext {
  /** The pool's name. */
  readonly name: string
  readonly clock: Clock
  readonly queries: QueryTally
}

/** Who started a query. */
export interface Asker {
  /** It went well. */
  succeeded(result: Pg.QueryResult): void
  /** It failed, or was given up. */
  failed(error: unknown): void
  /** Nothing runs on the connection any more. */
  released(isUsable: boolean, error: unknown): void
}

/** One query on one connection: it settles when its caller stops waiting, and ends when the server has. */
export class Run {
  readonly #context: RunContext
  readonly #connection: Connection
  readonly #asker: Asker
  readonly #timer: Timer | undefined
  #isSettled = false

  constructor(context: RunContext, connection: Connection, asker: Asker, query: Pg.QueryConfig<unknown[]>, ms: number) {
    this.#context = context
    this.#connection = connection
    this.#asker = asker
    context.queries.started += 1
    if (ms < Infinity) this.#timer = context.clock.after(ms, () => this.#late(ms))
    connection.run(query, (error, result) => this.#done(error, result))
  }

  /** Nobody waits for it any more: its asker is told so at once, and the server to stop. */
  giveUp(reason: unknown): void {
    if (!this.#settle()) return
    const { name, clock, queries } = this.#context
    const startedAt = clock.now()
    queries.cancelled += 1
    this.#fail(reason)
    void this.#connection.cancel().then((isKept) => {
      if (events.hasSubscribers)
        events.publish({ type: 'pg.cancelled', pool: name, elapsedMs: clock.now() - startedAt, isKept })
      this.#asker.released(isKept, reason)
    })
  }

  #late(ms: number): void {
    this.#context.queries.timedOut += 1
    this.giveUp(
      new QueryTimedOutError(`The database query took longer than ${Math.round(ms)} ms and has been cancelled.`),
    )
  }

  #done(error: unknown, result: Pg.QueryResult | undefined): void {
    if (!this.#settle()) return
    if (error === null || error === undefined) {
      this.#asker.released(true, undefined)
      this.#asker.succeeded(result as Pg.QueryResult)
      return
    }
    const { brokenBy } = this.#connection
    if (brokenBy !== undefined || isFatal(error)) {
      this.#asker.released(false, error)
      this.#fail(lost(error))
      return
    }
    void this.#recover(error)
  }

  /** The server says first what is wrong, then that it is ready for more. */
  async #recover(error: unknown): Promise<void> {
    const isReady = await this.#connection.ready()
    this.#asker.released(isReady, error)
    this.#fail(isReady ? error : lost(error))
  }

  #fail(error: unknown): void {
    this.#context.queries.failed += 1
    this.#asker.failed(error)
  }

  /** @returns whether it was still open */
  #settle(): boolean {
    if (this.#isSettled) return false
    this.#isSettled = true
    this.#timer?.cancel()
    return true
  }
}
