import { AsyncResource } from 'node:async_hooks'
import { abortReason, isAborted, onAbort, systemClock, waitsForTurn } from '@millrace/core'
import type { Call, Next, Result } from '@millrace/core'
import { refused } from '../refused.ts'
import { events } from '../report.ts'
import { comeBack } from '../wait.ts'
import type { Account } from './account.ts'
import { Accounts } from './accounts.ts'
import type { Waiter } from './line.ts'
import type { RateLimitPlan } from './plan.ts'
import type { Pace } from './gcra.ts'
import { RateLimitedError } from './rateLimitedError.ts'
import { SharedRates, turnIn } from './sharedRates.ts'
import { neverBegan, unbegun } from '../unbegun.ts'

/** Lets a call go on, has it wait, or refuses it. */
export class RateLimiter {
  readonly accounts: Accounts
  /** How many calls wait. */
  waiting = 0
  /** How many calls may have to wait, for all that is known: what is shared has been asked and has not answered. */
  #asking = 0
  readonly #plan: RateLimitPlan
  readonly #shared: SharedRates | undefined
  // Times are counted from the first call: what is left of a number's precision after 50 years is too little.
  #origin = NaN
  #rejected = 0
  #hasWarned = false

  constructor(plan: RateLimitPlan) {
    this.#plan = plan
    this.accounts = new Accounts(plan.maxKeys, plan.paces)
    this.#shared = plan.store && new SharedRates(plan.store, plan.name)
  }

  run(call: Call, next: Next): Promise<Result> {
    if (isAborted(call)) return refused(unbegun(abortReason(call)))
    const { keyOf, costOf, pacesOf } = this.#plan
    const key = keyOf(call)
    const paces = pacesOf(call)
    const cost = costOf(call)
    const now = this.#now(call)
    const account = this.accounts.get(key, now)
    const at = account.startOf(now, cost, paces)
    // What is known to be used up is not asked for again.
    if (this.#shared?.areThere === true && this.#mayCome(call, at - now) && !account.isWaitedFor) {
      return this.#runShared(this.#shared, call, next, key, account, { cost, paces })
    }
    if (at <= now) {
      account.take(now, cost, paces)
      return next(call)
    }
    if (this.#mayWait(call, at - now)) return this.#runInTurn(call, next, key, account, { cost, paces })
    if (at === Infinity) this.#warnOfCost(call, cost, paces)
    return refused(this.#refusal(call, key, at - now))
  }

  async #runShared(
    shared: SharedRates,
    call: Call,
    next: Next,
    key: string,
    account: Account,
    size: Size,
  ): Promise<Result> {
    const askedAt = this.#now(call)
    const most = this.#longestWait(call)
    this.#asking += 1
    const taken = await shared.take(call, key, size.cost, size.paces, most)
    this.#asking -= 1
    if (isAborted(call)) throw unbegun(abortReason(call))
    // They are left alone now.
    if (taken === undefined) return this.run(call, next)
    const { waitMs, dueMs } = taken
    // As of when it was asked, the earliest that it can be.
    if (!account.isWaitedFor) account.adopt(dueMs.map((ms) => askedAt + ms))
    if (waitMs > most) throw this.#refusal(call, key, waitMs)
    if (waitMs > 0) {
      await this.#sharedTurn(call, key, waitMs)
      const now = this.#now(call)
      // It was counted from when the answer was given, which has taken its time to come.
      if (call.clock.now() >= call.deadline) {
        throw this.#refusal(call, key, account.startOf(now, size.cost, size.paces) - now)
      }
    }
    return next(call)
  }

  /** Its turn is known, and nobody can take it away. */
  async #sharedTurn(call: Call, key: string, waitMs: number): Promise<void> {
    this.waiting += 1
    this.#announce('queued', call, key, 0)
    let how: 'started' | 'left' = 'left'
    try {
      await turnIn(waitMs, call)
      how = 'started'
    } finally {
      this.waiting -= 1
      this.#announce(how, call, key, waitMs)
    }
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

  /** Forgets what was counted, also by others. */
  reset(key: string | undefined): void {
    this.accounts.reset(key)
    this.#shared?.forget({ clock: systemClock }, key)
  }

  #mayWait({ clock, deadline }: Call, waitMs: number): boolean {
    const { maxWaitMs, maxQueued } = this.#plan
    return waitMs <= maxWaitMs && waitMs < Infinity && this.waiting < maxQueued && clock.now() + waitMs < deadline
  }

  #mayCome(call: Call, waitMs: number): boolean {
    return waitMs <= 0 || this.#mayWait(call, waitMs)
  }

  #longestWait({ clock, deadline }: Call): number {
    const { maxWaitMs, maxQueued } = this.#plan
    return this.waiting + this.#asking < maxQueued ? Math.max(0, Math.min(maxWaitMs, deadline - clock.now())) : 0
  }

  /** Goes on in its caller's async context, which the timer does not have. */
  async #runInTurn(call: Call, next: Next, key: string, account: Account, size: Size): Promise<Result> {
    await this.#turn(call, key, account, size)
    if (isAborted(call)) throw unbegun(abortReason(call))
    return next(call)
  }

  #turn(call: Call, key: string, account: Account, { cost, paces }: Size): Promise<void> {
    const arrivedAt = this.#now(call)
    const caller = events.hasSubscribers ? new AsyncResource('millrace.turn') : undefined
    return new Promise((resolve, reject) => {
      const leave = (how: 'started' | 'left' | undefined): void => {
        stopListening()
        if (how === 'started') waitsForTurn(call, -1)
        else neverBegan(call)
        this.waiting -= 1
        if (how === undefined) return
        const say = (): void => this.#announce(how, call, key, this.#now(call) - arrivedAt)
        if (caller === undefined) say()
        else caller.runInAsyncScope(say)
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
      waitsForTurn(call, 1)
      this.waiting += 1
      this.#announce('queued', call, key, 0)
      let stopListening = () => {}
      stopListening = onAbort(call, (reason) => {
        leave('left')
        reject(unbegun(reason))
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

  #warnOfCost({ operation }: Call, cost: number, paces: readonly Pace[]): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const most = Math.min(...paces.map(({ burst }) => burst))
    process.emitWarning(
      `rateLimit (${this.#plan.name}): ${operation} counts for ${cost} calls where at most ${most} may come at once, so ` +
        'it never passes: raise burst, or lower cost.',
      { type: 'MillraceWarning', code: 'MILLRACE_COST' },
    )
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
