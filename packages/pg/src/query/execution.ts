import { AsyncResource } from 'node:async_hooks'
import type Pg from 'pg'
import type { Connection } from '../connection/connection.ts'
import { tooLate } from '../errors.ts'
import type { Member } from '../pool/member.ts'
import type { Pool } from '../pool/pool.ts'
import type { Place, Waiter } from '../pool/waiters.ts'
import { events } from '../report.ts'
import { isOutdated } from './failure.ts'
import { Run } from './run.ts'
import type { Asker, RunContext } from './run.ts'
import type { Scope } from './scope.ts'
import type { Statements } from './statements.ts'

/** Where single queries run. */
export interface Desk extends RunContext {
  readonly pool: Pool<Connection>
  readonly queryMs: number
  readonly statements: Statements
}

/** What a query says, as `pg` takes it. */
export type Statement = Pg.QueryConfig<unknown[]>

/** Runs one query on whatever connection is free first. */
export const execute = (desk: Desk, statement: Statement, scope: Scope): Promise<Pg.QueryResult> =>
  new Promise((resolve, reject) => new Execution(desk, statement, scope, resolve, reject).start())

class Execution implements Waiter<Member<Connection>>, Asker {
  readonly #desk: Desk
  readonly #statement: Statement
  readonly #scope: Scope
  readonly #resolve: (result: Pg.QueryResult) => void
  readonly #reject: (error: unknown) => void
  readonly #startedAt: number
  /** Whose query it is: it ends in the context of a connection, which many share. Made when somebody listens. */
  readonly #caller: AsyncResource | undefined
  readonly #until: number
  #grantedAt = 0
  #place: Place<Member<Connection>> | undefined
  #member: Member<Connection> | undefined
  #run: Run | undefined
  #stopListening: (() => void) | undefined
  #isNamed = false
  #isPlain = false
  #isLeftOpen = false

  constructor(
    desk: Desk,
    statement: Statement,
    scope: Scope,
    resolve: (result: Pg.QueryResult) => void,
    reject: (error: unknown) => void,
  ) {
    this.#desk = desk
    this.#statement = statement
    this.#scope = scope
    this.#resolve = resolve
    this.#reject = reject
    const { remainingMs } = scope
    this.#startedAt = events.hasSubscribers || remainingMs < Infinity ? desk.clock.now() : 0
    this.#until = this.#startedAt + remainingMs
    this.#caller = events.hasSubscribers ? new AsyncResource('millrace.query') : undefined
  }

  start(): void {
    if (this.#scope.isAborted) return this.#reject(this.#scope.reason)
    if (this.#remainingMs <= 0) return this.#reject(tooLate())
    this.#stopListening = this.#scope.onAbort((reason) => this.#giveUp(reason))
    this.#seek()
  }

  granted(member: Member<Connection>): void {
    const { queryMs, clock } = this.#desk
    this.#place = undefined
    this.#member = member
    if (events.hasSubscribers) this.#grantedAt = clock.now()
    const ms = Math.min(this.#scope.timeoutMs ?? queryMs, this.#remainingMs)
    this.#run = new Run(this.#desk, member.item, this, this.#named(), ms)
  }

  refused(error: unknown): void {
    this.#place = undefined
    this.#end(error)
    this.#reject(error)
  }

  released(isUsable: boolean, error: unknown): void {
    const member = this.#member as Member<Connection>
    this.#isLeftOpen = isUsable && member.item.status !== 'I'
    this.#desk.pool.give(member, isUsable && !isOutdated(error) && member.item.isClean, error)
  }

  succeeded(result: Pg.QueryResult): void {
    if (this.#isLeftOpen) return this.failed(leftOpen())
    this.#end(undefined)
    this.#resolve(result)
  }

  failed(error: unknown): void {
    if (this.#isNamed && isOutdated(error) && !this.#scope.isAborted) {
      // It was refused before it ran. Other connections may know the statement in the same old way.
      this.#isPlain = true
      return this.#seek()
    }
    this.#end(error)
    this.#reject(error)
  }

  get #remainingMs(): number {
    return this.#until === Infinity ? Infinity : this.#until - this.#desk.clock.now()
  }

  #seek(): void {
    const { pool } = this.#desk
    const member = pool.take()
    if (member === undefined) this.#place = pool.wait(this, this.#remainingMs)
    else this.granted(member)
  }

  #named(): Statement {
    const { text, name, values } = this.#statement
    // Without values it may be several statements, which cannot be prepared.
    const isPlain = this.#isPlain || name !== undefined || values === undefined || values.length === 0
    const ownName = isPlain ? undefined : this.#desk.statements.nameOf(text)
    this.#isNamed = ownName !== undefined
    // A copy all the same: `pg` writes into what it is given.
    return ownName === undefined ? { ...this.#statement } : { ...this.#statement, name: ownName }
  }

  #giveUp(reason: unknown): void {
    if (this.#place === undefined) return this.#run?.giveUp(reason)
    this.#desk.pool.leave(this.#place)
    this.refused(reason)
  }

  #end(error: unknown): void {
    this.#stopListening?.()
    if (!events.hasSubscribers || this.#caller === undefined) return
    const now = this.#desk.clock.now()
    const waitMs = (this.#grantedAt === 0 ? now : this.#grantedAt) - this.#startedAt
    const tookMs = this.#grantedAt === 0 ? 0 : now - this.#grantedAt
    const event = { type: 'pg.query', pool: this.#desk.name, waitMs, tookMs, error } as const
    this.#caller.runInAsyncScope(() => events.publish(event))
  }
}

const leftOpen = (): Error =>
  new Error('query: the statement left a transaction open, which has been rolled back; use transaction() instead')
