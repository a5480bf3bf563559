import type { Clock, Timer } from '@millrace/core'

/** One timer for all idle connections of a pool: it looks when the first of them is due. */
export class Sweep {
  readonly #clock: Clock
  readonly #look: () => void
  #timer: Timer | undefined
  #at = Infinity

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock
    this.#look = look
  }

  /** Sees to it that somebody looks at that time, or before. */
  by(at: number, now: number): void {
    if (at >= this.#at) return
    this.#timer?.cancel()
    this.#at = at
    this.#timer = this.#clock.after(at - now, () => {
      this.#timer = undefined
      this.#at = Infinity
      this.#look()
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#at = Infinity
  }
}
