import type { Clock, Timer } from '@millrace/core'

/** Notices when nothing moves for too long although the other side could. */
export class Meter {
  /** Whether it is our side that everything waits for. */
  isOurTurn: (() => boolean) | undefined
  readonly #clock: Clock
  readonly #limitMs: number
  readonly #onSilence: () => void
  #timer: Timer | undefined
  #movedAt: number

  constructor(clock: Clock, limitMs: number, onSilence: () => void) {
    this.#clock = clock
    this.#limitMs = limitMs
    this.#onSilence = onSilence
    this.#movedAt = clock.now()
    this.#wait(limitMs)
  }

  /** Something has moved. */
  moved(): void {
    this.#movedAt = this.#clock.now()
  }

  /** Stops watching. */
  stop(): void {
    this.#timer?.cancel()
  }

  #wait(ms: number): void {
    // One timer, however often something moves.
    this.#timer = this.#clock.after(ms, () => {
      if (this.isOurTurn?.() === true) this.moved()
      const leftMs = this.#movedAt + this.#limitMs - this.#clock.now()
      if (leftMs > 0) this.#wait(leftMs)
      else this.#onSilence()
    })
  }
}
