import type Pg from 'pg'
import type { Connection } from '../connection/connection.ts'
import { QueryTimedOutError } from '../errors.ts'
import type { Member } from '../pool/member.ts'
import type { Desk } from '../query/execution.ts'
import { lost } from '../query/failure.ts'
import { lease } from '../query/lease.ts'
import type { Scope } from '../query/scope.ts'
import { Meter } from './meter.ts'

/** A COPY on a connection of its own, within its scope, and for as long as something moves. */
export class Copying {
  readonly meter: Meter
  /** Rejects when it is given up, once that has reached the server; otherwise open. */
  readonly givenUp: Promise<never>
  /** Told when it is given up. */
  onGiveUp: (() => void) | undefined
  readonly #desk: Desk
  readonly #member: Member<Connection>
  readonly #stops: Array<(() => void) | undefined>
  #reject!: (reason: unknown) => void
  #recovery: Promise<boolean> | undefined
  #reason: { readonly reason: unknown } | undefined

  /** @throws what the pool refuses with, or why the scope was aborted */
  static async begin(desk: Desk, scope: Scope): Promise<Copying> {
    return new Copying(desk, scope, await lease(desk.pool, scope))
  }

  private constructor(desk: Desk, scope: Scope, member: Member<Connection>) {
    this.#desk = desk
    this.#member = member
    this.givenUp = new Promise((_, reject) => (this.#reject = reject))
    this.givenUp.catch(() => {})
    const limitMs = scope.timeoutMs ?? desk.queryMs
    const late = (message: string) => () => this.giveUp(new QueryTimedOutError(message))
    this.meter = new Meter(desk.clock, limitMs, late(`The copy has not moved for ${Math.round(limitMs)} ms.`))
    const timer = desk.clock.after(scope.remainingMs, late('The call ended before everything was copied.'))
    this.#stops = [scope.onAbort((reason) => this.giveUp(reason)), () => timer.cancel(), () => this.meter.stop()]
    desk.queries.started += 1
  }

  /** Starts it. */
  submit<Query extends Pg.Submittable>(query: Query): Query {
    return this.#member.item.submit(query)
  }

  /** Ends it on the server. */
  giveUp(reason: unknown): void {
    if (this.#reason !== undefined) return
    this.#reason = { reason }
    this.#desk.queries.cancelled += 1
    this.#stop()
    this.#recovery = this.#member.item.cancel()
    this.onGiveUp?.()
    void this.#recovery.then(() => this.#reject(reason))
  }

  /** What the caller is told of an error. */
  explain(error: unknown): unknown {
    this.#desk.queries.failed += 1
    if (this.#reason !== undefined) return this.#reason.reason
    return this.#member.item.brokenBy === undefined ? error : lost(error)
  }

  /** Gives the connection back, once nothing runs on it any more. */
  async end(isComplete: boolean): Promise<void> {
    this.#stop()
    const { item } = this.#member
    // What has failed on our side may still be going on at the other.
    const isUsable = await (this.#recovery ?? (isComplete ? item.ready() : item.cancel()))
    this.#desk.pool.give(this.#member, isUsable && item.isClean, item.brokenBy)
  }

  #stop(): void {
    for (const stop of this.#stops) stop?.()
  }
}
