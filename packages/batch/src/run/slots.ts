/**
 * How many batches run at a time. Who waits is served in order of arrival, and a freed slot is handed over: it is never
 * free while somebody waits.
 */
export class Slots {
  readonly #max: number
  /** In order of arrival. */
  readonly #waiting = new Set<Start>()
  #running = 0

  constructor(max: number) {
    this.#max = max
  }

  /**
   * Calls `start` when there is a slot, at once when there is one now.
   *
   * @returns what takes one that waits out again, and says whether it was still waiting; undefined when it has started
   */
  admit(start: Start): (() => boolean) | undefined {
    if (this.#running < this.#max) {
      this.#running += 1
      if (!start()) this.release()
      return undefined
    }
    // A function of its own, so that one start may wait twice.
    const waiter = () => start()
    this.#waiting.add(waiter)
    return () => this.#waiting.delete(waiter)
  }

  /** Gives a slot back. */
  release(): void {
    for (const start of this.#waiting) {
      this.#waiting.delete(start)
      if (start()) return
    }
    this.#running -= 1
  }
}

/** Begins something; whether it keeps the slot, which it then releases itself. */
type Start = () => boolean
