import type Pg from 'pg'
import type { Connection } from '../connection/connection.ts'
import { tooLate } from '../errors.ts'
import type { Member } from '../pool/member.ts'
import type { Desk, Statement } from './execution.ts'
import { isContention, isOutdated, lost } from './failure.ts'
import { lease } from './lease.ts'
import { Run } from './run.ts'
import type { Scope } from './scope.ts'

/** One connection for several queries, one after the other, until its scope or its user ends. */
export class Session {
  /** Rejects when the scope is aborted; otherwise open. */
  readonly aborted: Promise<never>
  /** The first error of the server since this began that makes running it all again worth while. */
  contention: unknown
  readonly #desk: Desk
  readonly #scope: Scope
  readonly #member: Member<Connection>
  readonly #stopListening: (() => void) | undefined
  readonly #until: number
  #run: Run | undefined
  #last: Promise<unknown> = Promise.resolve()
  /** Resolves when nothing runs any more: to whether the connection can still be used. */
  #free: Promise<boolean> = Promise.resolve(true)
  #isOver = false

  /** @throws what the pool refuses with, or why the scope was aborted */
  static async open(desk: Desk, scope: Scope): Promise<Session> {
    return new Session(desk, scope, await lease(desk.pool, scope))
  }

  private constructor(desk: Desk, scope: Scope, member: Member<Connection>) {
    this.#desk = desk
    this.#scope = scope
    this.#member = member
    this.#until = desk.clock.now() + scope.remainingMs
    let reject: (reason: unknown) => void
    this.aborted = new Promise((_, rejectIt) => (reject = rejectIt))
    this.aborted.catch(() => {})
    this.#stopListening = scope.onAbort((reason) => {
      this.#run?.giveUp(reason)
      reject(reason)
    })
  }

  get connection(): Connection {
    return this.#member.item
  }

  /** Runs a query when those before it have ended. */
  query(statement: Statement): Promise<Pg.QueryResult> {
    return this.#next(() => {
      const { clock, queryMs } = this.#desk
      if (this.#scope.isAborted) throw this.#scope.reason
      const remainingMs = this.#until - clock.now()
      if (remainingMs <= 0) throw tooLate()
      return this.#start(statement, Math.min(this.#scope.timeoutMs ?? queryMs, remainingMs))
    })
  }

  /** Runs a statement of our own, also when the scope is aborted. */
  command(text: string): Promise<Pg.QueryResult> {
    return this.#next(() => this.#start({ text }, this.#desk.queryMs))
  }

  /** Ends a transaction; given up with the scope, but never begun once that is aborted. */
  commit(): Promise<Pg.QueryResult> {
    return this.query({ text: 'COMMIT' })
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    await this.#last
    await this.#free
  }

  /** Gives the connection back when nothing runs on it any more. @param isUsable false when it must not be used again */
  async end(isUsable = true): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#stopListening?.()
    await this.#last
    const isFree = await this.#free
    this.#desk.pool.give(this.#member, isUsable && isFree && this.connection.isClean, this.connection.brokenBy)
  }

  #next(work: () => Promise<Pg.QueryResult>): Promise<Pg.QueryResult> {
    const result = this.#last.then(async () => {
      if (!(await this.#free)) throw lost(this.connection.brokenBy)
      return work()
    })
    this.#last = result.catch(() => {})
    return result
  }

  #start(statement: Statement, ms: number): Promise<Pg.QueryResult> {
    return new Promise((succeeded, failed) => {
      this.#free = new Promise((free) => {
        const asker = {
          succeeded,
          failed: (error: unknown) => {
            if (isContention(error)) this.contention ??= error
            if (isOutdated(error)) this.connection.isSpoilt = true
            failed(error)
          },
          released: free,
        }
        this.#run = new Run(this.#desk, this.connection, asker, { ...statement }, ms)
      })
    })
  }
}
