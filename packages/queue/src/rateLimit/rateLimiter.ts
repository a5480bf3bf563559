import { onAbort } from '@millrace/core'
import type { Call, Next, Result } from '@millrace/core'
import { refused } from '../refused.ts'
import { events } from '../report.ts'
import { comeBack } from '../wait.ts'
import type { Account } from './account.ts'
import { Accounts } from './accounts.ts'
import type { Waiter } from './line.ts'
import type { RateLimitPlan } from './plan.ts'
import { RateLimitedError } from './rateLimitedError.ts'

/** Lets a call go on, has it wait, or refuses it. */
export class RateLimiter {
  readonly accounts: Accounts
  /** How many calls wait. */
  waiting = 0
  readonly #plan: RateLimitPlan
  // Times are counted from the first call: what is left of a number's precision after 50 years is too little.
  #origin = NaN
  #rejected = 0

  constructor(plan: RateLimitPlan) {
    this.#plan = plan
    this.accounts = new Accounts(plan.maxKeys, plan.paces)
  }

  run(call: Call, next: Next): Promise<Result> {
    const { keyOf, costOf, pacesOf } = this.#plan
    const key = keyOf(call)
    const paces = pacesOf(call)
    const cost = costOf(call)
    const now = this.#now(call)
    const account = this.accounts.get(key, now)
    const at = account.startOf(now, cost, paces)
    if (at <= now) {
      account.take(now, cost, paces)
      return next(call)
    }
    if (this.#mayWait(call, at - now)) return this.#runInTurn(call, next, key, account, { cost, paces })
    return refused(this.#refusal(call, key, at - now))
  }

  /** How many calls like this one may come at once. */
  remaining(call: Call): number {
    const paces = this.#plan.pacesOf(call)
    const account = this.accounts.peek(this.#plan.keyOf(call))
    return account === undefined ? Math.min(...paces.map(({ burst }) => burst)) : account.left(this.#now(call), paces)
  }

  #now(call: Call): number {
    const now = call.clock.now()
    if (Number.isNaN(this.#origin)) this.#origin = now
    return now - this.#origin
  }

  #mayWait({ clock, deadline }: Call, waitMs: number): boolean {
    const { maxWaitMs, maxQueued } = this.#plan
    return waitMs <= maxWaitMs && waitMs < Infinity && this.waiting < maxQueued && clock.now() + waitMs < deadline
  }

  /** Goes on in its caller's async context, which the timer does not have. */
  async #runInTurn(call: Call, next: Next, key: string, account: Account, size: Size): Promise<Result> {
    await this.#turn(call, key, account, size)
    return next(call)
  }

  #turn(call: Call, key: string, account: Account, { cost, paces }: Size): Promise<void> {
    const arrivedAt = this.#now(call)
    return new Promise((resolve, reject) => {
      const leave = (how: 'started' | 'left' | undefined): void => {
        stopListening()
        this.waiting -= 1
        if (how !== undefined) this.#announce(how, call, key, this.#now(call) - arrivedAt)
      }
      const waiter: Waiter = {
        call,
        cost,
        paces,
        now: () => this.#now(call),
        admit: () => {
          leave('started')
          resolve()
        },
        refuse: (waitMs) => {
          leave(undefined)
          reject(this.#refusal(call, key, waitMs))
        },
      }
      account.wait(waiter)
      this.waiting += 1
      this.#announce('queued', call, key, 0)
      let stopListening = () => {}
      stopListening = onAbort(call, (reason) => {
        leave('left')
        reject(reason)
        account.leave(waiter)
      })
    })
  }

  #refusal(call: Call, key: string, waitMs: number): RateLimitedError {
    const { name } = this.#plan
    const { operation } = call
    const retryAfterMs = waitMs === Infinity ? undefined : Math.max(1, Math.ceil(waitMs))
    this.#rejected += 1
    if (events.hasSubscribers) {
      events.publish({ type: 'rateLimit.rejected', name, operation, key, rejected: this.#rejected, retryAfterMs })
    }
    const message = `${operation} came ${tooOften[name] ?? 'too often'}${comeBack(retryAfterMs)}`
    return new RateLimitedError(message, retryAfterMs)
  }

  #announce(what: 'queued' | 'started' | 'left', { operation }: Call, key: string, waitMs: number): void {
    if (!events.hasSubscribers) return
    const { name } = this.#plan
    events.publish({ type: `rateLimit.${what}`, name, operation, key, waitMs, depth: this.waiting })
  }
}

type Size = Pick<Waiter, 'cost' | 'paces'>

const tooOften: { readonly [name: string]: string | undefined } = {
  principal: 'too often from one caller',
  server: 'when the server had too many calls',
}
