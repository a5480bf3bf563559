import { channel, MillraceError } from '@millrace/core'
import type { Clock, Maybe, Store } from '@millrace/core'
import type { Drop } from '../stores/ledger.ts'
import { Breaker } from './breaker.ts'
import { isLater, withinTime } from './later.ts'
import type { Work } from './work.ts'

/** The way to a store that may fail or be slow: it is left alone then, and told what it missed before it is asked again. */
export class Access {
  readonly #store: Store
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #work: Work
  readonly #breaker = new Breaker()
  #debts: readonly Drop[] = []
  #isPaying = false

  constructor(store: Store, clock: Clock, timeoutMs: number, work: Work) {
    this.#store = store
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#work = work
  }

  /** Asks it, unless it is left alone; undefined when it is, or fails, or there is no answer in time. */
  ask<Answer>(
    during: string,
    ask: (store: Store) => unknown,
    read: (answer: unknown) => Answer,
  ): Maybe<Answer | undefined> {
    if (!this.#isUsable()) {
      this.#work.skipped += 1
      return undefined
    }
    const failed = (error: unknown): undefined => this.#failed(during, error, isTooSlow(error))
    const succeeded = (answer: unknown): Answer => {
      const value = read(answer)
      this.#breaker.succeeded()
      return value
    }
    const startedAt = this.#clock.now()
    try {
      const answer = ask(this.#store)
      if (isLater(answer))
        return withinTime(answer, this.#clock, this.#timeoutMs, tooSlow).then(succeeded).catch(failed)
      const value = read(answer)
      if (this.#clock.now() - startedAt > this.#timeoutMs) failed(tooSlow(this.#timeoutMs))
      else this.#breaker.succeeded()
      return value
    } catch (error) {
      return failed(error)
    }
  }

  /** Tells it what to drop, now or before it is asked anything else. @returns how many entries went now */
  drop(drop: Drop): Maybe<number> {
    if (!this.#isUsable()) {
      this.#work.skipped += 1
      this.#owe(drop)
      return 0
    }
    const dropped = (count: number): number => {
      this.#breaker.succeeded()
      return count
    }
    const notDropped = (error: unknown): number => {
      this.#failed('invalidate', error, false)
      this.#owe(drop)
      return 0
    }
    try {
      const count = tell(this.#store, drop)
      return isLater(count) ? count.then(dropped, notDropped) : dropped(count)
    } catch (error) {
      return notDropped(error)
    }
  }

  #isUsable(): boolean {
    const now = this.#clock.now()
    if (this.#debts.length === 0) return this.#breaker.admits(now)
    if (!this.#isPaying && this.#breaker.admits(now)) void this.#pay()
    return false
  }

  async #pay(): Promise<void> {
    this.#isPaying = true
    try {
      for (let debt = this.#debts[0]; debt !== undefined; debt = this.#debts[0]) {
        const told = tell(this.#store, debt)
        if (isLater(told)) await withinTime(told, this.#clock, payMs, tooSlow)
        // Meanwhile one that covers all may have taken the place of all.
        if (this.#debts[0] === debt) this.#debts = this.#debts.slice(1)
      }
      this.#breaker.succeeded()
    } catch (error) {
      this.#failed('invalidate', error, true)
    }
    this.#isPaying = false
  }

  #owe(drop: Drop): void {
    this.#debts = this.#debts.length < mostDebts ? [...this.#debts, drop] : [{ match: {} }]
  }

  #failed(during: string, error: unknown, isSlow: boolean): undefined {
    this.#work.errors += 1
    this.#breaker.failed(this.#clock.now(), isSlow)
    const tier = this.#store.name
    if (events.hasSubscribers) events.publish({ type: 'cache.failed', operation: '*', tier, during, error })
    return undefined
  }
}

const tell = (store: Store, drop: Drop): Maybe<number> => {
  if (!('key' in drop)) return store.invalidate(drop.match)
  const isGone = store.delete(drop.key)
  return isLater(isGone) ? isGone.then(Number) : Number(isGone)
}

const tooSlow = (ms: number): MillraceError =>
  new MillraceError(`The store did not answer within ${ms} ms.`, { code: 'ERR_STORE_TIMEOUT' })

const isTooSlow = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null | undefined)?.code === 'ERR_STORE_TIMEOUT'

const events = channel('cache')

const mostDebts = 1_000
const payMs = 5_000
