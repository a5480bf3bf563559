import { isAborted, keepAlive, onAbort } from '@millrace/core'
import type { Call, Next, Result } from '@millrace/core'
import { answered, isRequestFault, threw } from '../ending.ts'
import type { Ending, IsFailure } from '../ending.ts'
import { events } from '../report.ts'
import { jittered } from '../schedule.ts'
import { retryAfterOf, saysNever } from './retryAfter.ts'
import type { RetryBudget } from './retryBudget.ts'

/** What all calls of a `retry` have in common. */
export interface RetryPlan {
  readonly attempts: number
  readonly waitMs: (count: number) => number
  readonly jitterRatio: number
  readonly maxRetryAfterMs: number
  readonly budget: RetryBudget | false
  readonly isFailure: IsFailure
  readonly random: () => number
}

/** The attempts of one call, made when the first one needs a closer look. */
export class Attempts {
  readonly #plan: RetryPlan
  readonly #call: Call
  readonly #next: Next
  /** How often the handler has run. */
  #made = 1

  constructor(plan: RetryPlan, call: Call, next: Next) {
    this.#plan = plan
    this.#call = call
    this.#next = next
  }

  async afterAnswer(result: Result): Promise<Result> {
    return (await this.#isWaitOver(answered(result, this.#call))) ? this.#again() : result
  }

  async afterError(error: unknown): Promise<Result> {
    if (await this.#isWaitOver(threw(error, this.#call))) return this.#again()
    throw error
  }

  #again(): Promise<Result> {
    this.#made += 1
    return this.#next(this.#call).then(
      (result) => this.afterAnswer(result),
      (error: unknown) => this.afterError(error),
    )
  }

  /** Waits for the next attempt. @returns whether there is one; throws the call's reason when that is cancelled. */
  async #isWaitOver(ending: Ending): Promise<boolean> {
    const waitMs = this.#waitAfter(ending)
    if (waitMs === undefined) return false
    if (waitMs === 0) return true
    const { clock, deadline } = this.#call
    const startedAt = clock.now()
    let isOver = false
    try {
      await pause(this.#call, waitMs)
      // Timers may come late.
      isOver = clock.now() < deadline
    } finally {
      if (!isOver) this.#putBack(startedAt)
    }
    if (!isOver) this.#giveUp(ending, 'deadline')
    return isOver
  }

  /** The attempt is not made: others may have it. */
  #putBack(takenAt: number): void {
    const { budget } = this.#plan
    if (budget !== false) budget.putBack?.(takenAt, this.#call.clock.now())
  }

  /** How long to wait for the next attempt; undefined when there is none. */
  #waitAfter(ending: Ending): number | undefined {
    const { attempts, isFailure, maxRetryAfterMs, budget } = this.#plan
    const call = this.#call
    if (isAborted(call) || ending.outcome === 'cancelled' || isRequestFault(ending)) return undefined
    if (!isFailure(ending, call) || saysNever(ending.error)) return undefined
    if (this.#made >= attempts) return this.#giveUp(ending, 'attempts')
    const now = call.clock.now()
    const askedMs = retryAfterOf(ending.error, now)
    if (askedMs !== undefined && askedMs > maxRetryAfterMs) return this.#giveUp(ending, 'retryAfter')
    const waitMs = this.#wait(askedMs)
    if (now + waitMs >= call.deadline) return this.#giveUp(ending, 'deadline')
    if (budget !== false && !budget.withdraw(now)) return this.#lackBudget(budget, now)
    this.#announce(ending, waitMs)
    return waitMs
  }

  /** What was asked for is waited for in full; chance then spreads those who were told the same. */
  #wait(askedMs: number | undefined): number {
    const { waitMs, jitterRatio, random } = this.#plan
    const ownMs = waitMs(this.#made)
    if (askedMs === undefined) return jittered(ownMs, jitterRatio, random)
    return askedMs + (ownMs < Infinity ? ownMs * jitterRatio * random() : 0)
  }

  #announce({ outcome, error }: Ending, delayMs: number): void {
    if (!events.hasSubscribers) return
    const { operation } = this.#call
    events.publish({ type: 'retry.attempt', operation, attempt: this.#made + 1, delayMs, outcome, error })
  }

  #giveUp({ outcome, error }: Ending, reason: 'attempts' | 'deadline' | 'retryAfter'): undefined {
    if (!events.hasSubscribers) return
    const { operation } = this.#call
    events.publish({ type: 'retry.exhausted', operation, attempts: this.#made, reason, outcome, error })
  }

  #lackBudget(budget: RetryBudget, now: number): undefined {
    if (!events.hasSubscribers) return
    const { operation } = this.#call
    const balance = budget.balance(now)
    events.publish({ type: 'retry.budgetSpent', operation, attempts: this.#made, balance })
  }
}

const pause = (call: Call, waitMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const letGo = keepAlive()
    const timer = call.clock.after(waitMs, () => {
      letGo()
      stopListening()
      resolve()
    })
    const stopListening = onAbort(call, (reason) => {
      letGo()
      timer.cancel()
      reject(reason)
    })
  })
