import { checkOptions, number } from '@millrace/core'

/** Options of `retryBudget`. */
export interface RetryBudgetOptions {
  /** Retries per call, from 0 to 1000: 0.2 is one retry for every five calls. @default 0.2 */
  readonly ratio?: number | undefined
  /** Retries per second that are there without any call, so that quiet servers retry at all. @default 10 */
  readonly minPerSecond?: number | undefined
  /** How long a call counts, and a retry, in milliseconds; at least 1000. @default 10_000 */
  readonly ttlMs?: number | undefined
}

/** Says how many retries there may be. Sharing the value shares the budget. */
export interface RetryBudget {
  /** Counts a call. @param now in clock milliseconds */
  deposit(now: number): void
  /** Takes one retry out. @returns whether there was one */
  withdraw(now: number): boolean
  /** Puts back a retry that has not been made after all; without it that one is spent. @param at when it was taken out */
  putBack?(at: number, now: number): void
  /** Retries that it holds now. */
  balance(now: number): number
}

/**
 * A budget of retries: each call puts a fraction of a retry in, each retry takes one out, and both are forgotten after
 * `ttlMs`. So however much fails, there are never more retries within `ttlMs` than `ratio` times the calls plus
 * `minPerSecond` times the seconds. (Finagle's `RetryBudget`, with its defaults; time moves in tenths of `ttlMs`.
 * The SRE Book, chapter "Handling Overload", says why.)
 *
 * @throws TypeError when an option makes no sense.
 */
export const retryBudget = (options: RetryBudgetOptions = {}): RetryBudget => {
  checkOptions('retryBudget', options, budgetChecks)
  const { ratio = 0.2, minPerSecond = 10, ttlMs = 10_000 } = options
  return new TokenBucket(ratio, (minPerSecond * ttlMs) / 1000, ttlMs)
}

const budgetChecks = {
  ratio: number({ min: 0, max: 1000 }),
  minPerSecond: number({ min: 0, max: 1_000_000 }),
  ttlMs: number({ min: 1000, max: 3_600_000 }),
}

const slots = 10

class TokenBucket implements RetryBudget {
  readonly #ratio: number
  readonly #reserve: number
  readonly #slotMs: number
  // Counted apart and multiplied once: a sum of tenths is not exact.
  readonly #deposits = new Float64Array(slots)
  readonly #withdrawals = new Float64Array(slots)
  #deposited = 0
  #withdrawn = 0
  #slot = -Infinity
  #index = 0

  constructor(ratio: number, reserve: number, ttlMs: number) {
    this.#ratio = ratio
    this.#reserve = reserve
    this.#slotMs = ttlMs / slots
  }

  deposit(now: number): void {
    this.#move(now)
    this.#deposits[this.#index]! += 1
    this.#deposited += 1
  }

  withdraw(now: number): boolean {
    if (this.balance(now) < 1 - tolerance) return false
    this.#withdrawals[this.#index]! += 1
    this.#withdrawn += 1
    return true
  }

  putBack(at: number, now: number): void {
    this.#move(now)
    const age = Math.max(0, this.#slot - Math.floor(at / this.#slotMs))
    const index = (this.#index - age + slots) % slots
    // Forgotten by now, which has put it back already.
    if (age >= slots || this.#withdrawals[index] === 0) return
    this.#withdrawals[index]! -= 1
    this.#withdrawn -= 1
  }

  balance(now: number): number {
    this.#move(now)
    return this.#reserve + this.#ratio * this.#deposited - this.#withdrawn
  }

  #move(now: number): void {
    const slot = Math.floor(now / this.#slotMs)
    if (slot <= this.#slot) return
    const passed = Math.min(slots, slot - this.#slot)
    this.#slot = slot
    for (let step = 0; step < passed; step += 1) {
      this.#index = (this.#index + 1) % slots
      this.#deposited -= this.#deposits[this.#index]!
      this.#withdrawn -= this.#withdrawals[this.#index]!
      this.#deposits[this.#index] = this.#withdrawals[this.#index] = 0
    }
  }
}

// 0.29 × 100 is a little less than 29.
const tolerance = 1e-9
