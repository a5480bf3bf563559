import { cancellation, isAborted, originOf } from '@millrace/core'
import type { Call, Cancellation, Entry, Matched, Next, Notification, Result, Timer } from '@millrace/core'
import type { Lane } from '../plan/lane.ts'
import type { Turn } from './turns.ts'
import { Waiters } from './waiters.ts'
import type { Awaited } from './waiters.ts'
import type { Waiter } from './waiter.ts'

/** What a flight is of, and when it began. */
export interface FlightOf {
  readonly key: string
  readonly lane: Lane
  readonly call: Call
  /** The ledger's mark when it began. */
  readonly mark: number
  /** In clock milliseconds. */
  readonly startedAt: number
  /** Whether it is in the background: it goes on though nobody waits for it. */
  readonly isRefresh: boolean
  /** What may be served should it fail. */
  readonly stale: Entry | undefined
}

/**
 * One load and the calls that wait for it. It is also what its load's call changes: cancelled only when nobody waits
 * any more, due when the most patient of them is, heard by the caller it runs for and by nobody after the answer.
 */
export class Flight implements Matched, Awaited {
  readonly key: string
  readonly lane: Lane
  readonly mark: number
  readonly isRefresh: boolean
  readonly cancellation: Cancellation = cancellation()
  /** In milliseconds of the call's clock. */
  deadline: number = -Infinity
  startedAt: number
  stale: Entry | undefined
  /** Another has taken its place: it is not joined any more, and stores only where nothing newer is. */
  isSuperseded = false
  /** Its turn among the processes that share the store; undefined where they take none. */
  turn: Turn | undefined
  /** Ends a load in the background that takes too long. */
  timer: Timer | undefined
  #isWanted: boolean
  readonly #onEmpty: (flight: Flight, reason: unknown) => void
  #call: Call
  #leader: Waiter | undefined
  readonly #waiters = new Waiters(this)

  /** @param onEmpty runs when nobody wants it any more */
  constructor(of: FlightOf, onEmpty: (flight: Flight, reason: unknown) => void) {
    this.key = of.key
    this.lane = of.lane
    this.mark = of.mark
    this.isRefresh = of.isRefresh
    this.#isWanted = of.isRefresh
    this.startedAt = of.startedAt
    this.stale = of.stale
    this.#call = of.call
    this.#onEmpty = onEmpty
  }

  get operation(): string {
    return this.lane.name
  }
  get principal(): string | undefined {
    return this.lane.settings.isPublic ? undefined : this.#call.principal
  }
  get target(): string | undefined {
    return this.#call.target
  }
  /** Undefined while only the result can tell. */
  get tags(): readonly string[] | undefined {
    const { tags } = this.lane.settings
    return typeof tags === 'function' ? undefined : tags
  }
  /** What the handler has read of its caller, when nothing says that its answer does not depend on it. */
  get readsCaller(): string | undefined {
    const { isPublic, varyBy } = this.lane.settings
    return isPublic || varyBy !== undefined ? undefined : this.#call.readsCaller
  }
  /** The call the load is made for. */
  get call(): Call {
    return this.#call
  }

  /** Whether `call` is part of this very load: a cache that stands in a chain twice meets its own. */
  isOf(call: Call): boolean {
    return originOf(call) === originOf(this.#call)
  }

  /** Waits with the others; rejects at once when the call is cancelled. */
  join(call: Call, next: Next): Promise<Result> {
    const waiter = this.#waiters.join(call, next)
    if (call === this.#call) this.#leader = waiter
    if (call.deadline > this.deadline) this.deadline = call.deadline
    return waiter.promise
  }

  /**
   * Makes the load that of the caller who has waited longest, when the one it ran for has left. Undefined when that
   * one is still there or nobody is.
   */
  handOver(): Waiter | undefined {
    const { first } = this.#waiters
    if (first === undefined || this.#isLed) return undefined
    this.#leader = first
    this.#call = first.call
    return first
  }

  left(reason: unknown): void {
    if (!this.#isWanted) this.#onEmpty(this, reason)
  }

  /** From here on it is wanted by those who wait for it, and only by them. */
  expire(reason: unknown): void {
    this.#isWanted = false
    if (this.#waiters.first === undefined) this.#onEmpty(this, reason)
  }

  /** Takes everybody out, in order of arrival. */
  settle(answer: (waiter: Waiter, isLeader: boolean) => void): void {
    const leader = this.#leader
    this.#leader = undefined
    this.#waiters.settle((waiter) => answer(waiter, waiter === leader))
  }

  /** Whether the caller it runs for is the only one. */
  get isLedAlone(): boolean {
    return this.#leader !== undefined && this.#waiters.only === this.#leader
  }

  /** Takes out the caller it runs for, when that is the only one and has not left. */
  takeLeaderAlone(): Waiter | undefined {
    if (!this.isLedAlone) return undefined
    this.#leader = undefined
    return this.#waiters.takeOnly()
  }

  notify(notification: Notification): Promise<void> {
    return this.#isLed ? this.#call.notify(notification) : Promise.resolve()
  }

  /** Whether the caller it runs for waits for it. */
  get #isLed(): boolean {
    return this.#leader !== undefined && !isAborted(this.#leader.call)
  }
}
