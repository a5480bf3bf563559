import type { Clock, Timer } from '@millrace/core'

/** One timer for all who wait. */
export class Alarm {
  readonly #ring: (clock: Clock) => void
  #timer: Timer | undefined
  #at = Infinity

  /** @param ring what to do when it is time */
  constructor(ring: (clock: Clock) => void) {
    this.#ring = ring
  }

  /** Rings at the time given, or sooner when it is set already. @param at in clock milliseconds */
  set(at: number, now: number, clock: Clock): void {
    const wanted = Math.min(at, now + longestMs)
    if (wanted >= this.#at) return
    this.#timer?.cancel()
    this.#at = wanted
    this.#timer = clock.after(wanted - now, () => {
      this.#timer = undefined
      this.#at = Infinity
      this.#ring(clock)
    })
  }

  stop(): void {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    this.#at = Infinity
  }
}

// While calls wait, those that run are looked at so often: whether they were cancelled and go on nevertheless.
const longestMs = 100
