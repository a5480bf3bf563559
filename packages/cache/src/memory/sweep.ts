import type { Clock, Timer } from '@millrace/core'

/** Runs `free` when something has expired, at most once a second, and only while there is something to wait for. */
export class Sweep {
  readonly #clock: Clock
  readonly #free: () => number | undefined
  #timer: Timer | undefined
  #dueAt = Infinity
  #lastAt = -Infinity

  /** @param free frees what has expired, some of it when it is much, and says when the next expires. */
  constructor(clock: Clock, free: () => number | undefined) {
    this.#clock = clock
    this.#free = free
  }

  /** Something expires at `expiresAt`, in clock milliseconds. */
  await(expiresAt: number): void {
    const dueAt = Math.max(expiresAt, this.#lastAt + pauseMs)
    if (dueAt >= this.#dueAt) return
    this.#timer?.cancel()
    this.#dueAt = dueAt
    this.#timer = this.#clock.after(Math.min(dueAt - this.#clock.now(), longestMs), () => this.#run())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#dueAt = Infinity
  }

  #run(): void {
    this.#timer = undefined
    this.#dueAt = Infinity
    this.#lastAt = this.#clock.now()
    const next = this.#free()
    if (next === undefined) return
    // What is left of one turn goes on in the next, without the pause.
    if (next <= this.#lastAt) this.#lastAt = -Infinity
    this.await(next)
  }
}

const pauseMs = 1000
const longestMs = 3_600_000
