import { keepAlive } from '@millrace/core'
import type { Call, Timer } from '@millrace/core'
import { firstPart } from './firstPart.ts'
import { earliest, spend } from './gcra.ts'
import type { DueTimes, Pace } from './gcra.ts'

/** A call that waits until it may go on. */
export interface Waiter {
  readonly call: Call
  readonly cost: number
  readonly paces: readonly Pace[]
  /** The time of the limit. */
  now(): number
  admit(): void
  /** Its deadline has come first. @param waitMs how much longer it would have had to wait */
  refuse(waitMs: number): void
}

/** The calls of one key that wait, in the order in which they came. One timer, for the first of them. */
export class Line {
  /** What the key has used up. */
  readonly #due: DueTimes
  readonly #waiters = new Set<Waiter>()
  /** What it will have used up once all who wait have gone on, and when the last of them does; made when asked for. */
  #forecast: { readonly due: DueTimes; at: number } | undefined
  #timer: Timer | undefined
  #letGo: (() => void) | undefined

  constructor(due: DueTimes) {
    this.#due = due
  }

  get isEmpty(): boolean {
    return this.#waiters.size === 0
  }

  /** When a call that comes now could go on. */
  startOf(now: number, cost: number, paces: readonly Pace[]): number {
    const { due, at } = this.#look(now)
    return earliest(due, Math.max(now, at), cost, paces)
  }

  add(waiter: Waiter): void {
    if (this.#forecast !== undefined) follow(this.#forecast, waiter)
    this.#waiters.add(waiter)
    if (this.#waiters.size > 1) return
    this.#letGo ??= keepAlive()
    this.#arm()
  }

  /** Its caller has gone: those behind it move up. */
  remove(waiter: Waiter): void {
    const wasFirst = waiter === this.#first
    this.#waiters.delete(waiter)
    this.#forecast = undefined
    if (wasFirst) this.move()
  }

  /** Lets go on who may by now. */
  move(): void {
    this.#timer?.cancel()
    for (const waiter of this.#waiters) {
      const now = waiter.now()
      const at = earliest(this.#due, now, waiter.cost, waiter.paces)
      const { clock, deadline } = waiter.call
      if (clock.now() >= deadline) {
        this.#waiters.delete(waiter)
        waiter.refuse(at - now)
      } else if (at > now) break
      else {
        this.#waiters.delete(waiter)
        spend(this.#due, now, waiter.cost, waiter.paces)
        waiter.admit()
      }
    }
    this.#forecast = undefined
    if (!this.isEmpty) return this.#arm()
    this.#letGo?.()
    this.#letGo = undefined
  }

  get #first(): Waiter | undefined {
    return this.#waiters.values().next().value
  }

  #look(now: number): { readonly due: DueTimes; readonly at: number } {
    if (this.#forecast !== undefined) return this.#forecast
    const forecast = { due: [...this.#due], at: now }
    for (const waiter of this.#waiters) follow(forecast, waiter)
    return (this.#forecast = forecast)
  }

  #arm(): void {
    const first = this.#first!
    const now = first.now()
    const waitMs = earliest(this.#due, now, first.cost, first.paces) - now
    // Whoever is told of a call that goes on may have sent another.
    this.#timer?.cancel()
    this.#timer = first.call.clock.after(firstPart(waitMs), () => this.move())
  }
}

const follow = (forecast: { readonly due: DueTimes; at: number }, { cost, paces }: Waiter): void => {
  forecast.at = earliest(forecast.due, forecast.at, cost, paces)
  spend(forecast.due, forecast.at, cost, paces)
}
