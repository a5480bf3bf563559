import { abortReason, causeOf, isAborted, linked, onGivenUp, withCall } from '@millrace/core'
import type { Call, LinkedCancellation, Next, Notification, Result, Timer } from '@millrace/core'
import { isRequestError } from '../ending.ts'
import { events } from '../report.ts'
import type { RetryBudget } from '../retry/retryBudget.ts'
import type { Latency } from './latency.ts'
import { isGood } from './measured.ts'

/** What all calls of a `hedge` have in common. */
export interface HedgePlan {
  readonly budget: RetryBudget
  readonly maxExtra: number
}

/** One call and the attempts to answer it, of which one wins. */
export class Race {
  readonly #plan: HedgePlan
  readonly #latency: Latency
  readonly #call: Call
  readonly #next: Next
  readonly #startedAt: number
  /** Those still under way, the first one first. */
  readonly #running: Attempt[] = []
  #started = 0
  /** What the caller gets when nothing better comes. */
  #firstFailure: (() => void) | undefined
  #isOver = false
  #timer: Timer | undefined
  #stopListening: (() => void) | undefined
  #resolve!: (result: Result) => void
  #reject!: (error: unknown) => void

  constructor(plan: HedgePlan, latency: Latency, call: Call, next: Next, startedAt: number) {
    this.#plan = plan
    this.#latency = latency
    this.#call = call
    this.#next = next
    this.#startedAt = startedAt
  }

  run(delayMs: number): Promise<Result> {
    if (isAborted(this.#call)) return Promise.reject(abortReason(this.#call))
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#stopListening = onGivenUp(this.#call, (reason) => this.cancel(reason))
      this.#wait(delayMs)
      this.#start()
    })
  }

  /** Whether the attempt is the one whose notifications the caller hears. */
  speaks(attempt: Attempt): boolean {
    return this.#running[0] === attempt
  }

  #wait(delayMs: number): void {
    this.#timer = this.#call.clock.after(delayMs, () => {
      this.#timer = undefined
      if (!this.#isWorthwhile()) return
      if (this.#started < this.#plan.maxExtra) this.#wait(delayMs)
      this.#hedge()
    })
  }

  #isWorthwhile(): boolean {
    const { clock, deadline } = this.#call
    // Nobody further in may have asked whether the caller is still there.
    if (isAborted(this.#call)) return false
    const now = clock.now()
    return now + this.#latency.medianMs < deadline && this.#plan.budget.withdraw(now)
  }

  #hedge(): void {
    if (events.hasSubscribers) {
      const { operation, clock } = this.#call
      const now = clock.now()
      const balance = this.#plan.budget.balance(now)
      const afterMs = now - this.#startedAt
      events.publish({ type: 'hedge.started', operation, attempt: this.#started + 1, afterMs, balance })
    }
    this.#start()
  }

  #start(): void {
    const attempt = new Attempt(this, this.#call)
    this.#started += 1
    const number = this.#started
    this.#running.push(attempt)
    try {
      this.#next(withCall(this.#call, attempt)).then(
        (result) => this.#answer(attempt, number, result),
        (error: unknown) => this.#fail(attempt, () => this.#reject(error), isRequestError(error)),
      )
    } catch (error) {
      this.#fail(attempt, () => this.#reject(error), false)
    }
  }

  #answer(attempt: Attempt, number: number, result: Result): void {
    if (this.#isOver) return
    if (!isGood(result, this.#call))
      return this.#fail(attempt, () => this.#resolve(result), isRequestError(causeOf(result)))
    const elapsedMs = this.#call.clock.now() - this.#startedAt
    // Of the first attempt, when it has lost, this is what is known: it would have taken longer.
    this.#latency.record(elapsedMs)
    if (events.hasSubscribers && this.#started > 1) {
      events.publish({ type: 'hedge.won', operation: this.#call.operation, attempt: number, elapsedMs })
    }
    this.#end(attempt)
    this.#resolve(result)
  }

  #fail(attempt: Attempt, settle: () => void, isFinal: boolean): void {
    if (this.#isOver) return
    this.#running.splice(this.#running.indexOf(attempt), 1)
    attempt.cancellation.unlink()
    this.#firstFailure ??= settle
    if (isFinal) return this.#settle(settle)
    if (this.#running.length === 0) this.#settle(this.#firstFailure)
  }

  #settle(settle: () => void): void {
    this.#end()
    settle()
  }

  /** Nobody waits any more. */
  cancel(reason: unknown): void {
    if (this.#isOver) return
    this.#end(undefined, reason)
    this.#reject(reason)
  }

  #end(winner?: Attempt, reason?: unknown): void {
    this.#isOver = true
    this.#timer?.cancel()
    this.#stopListening?.()
    for (const attempt of this.#running.splice(0)) {
      if (attempt === winner) attempt.cancellation.unlink()
      else attempt.cancellation.abort(reason)
    }
  }
}

/** What the call of one attempt is changed by. */
class Attempt {
  readonly cancellation: LinkedCancellation
  readonly #race: Race
  readonly #call: Call

  constructor(race: Race, call: Call) {
    this.#race = race
    this.#call = call
    this.cancellation = linked(call, (reason) => race.cancel(reason))
  }

  // A property of the patch, so it must know its owner without a receiver.
  readonly notify = (notification: Notification): Promise<void> =>
    this.#race.speaks(this) ? this.#call.notify(notification) : Promise.resolve()
}
