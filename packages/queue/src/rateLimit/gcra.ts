/**
 * The rate limit of one key as a single number: the time at which the next call would be due if calls came evenly.
 * (Generic cell rate algorithm, ITU-T I.371: a token bucket that needs no refilling.)
 */
export class Cell {
  #dueAt = -Infinity

  /**
   * Takes what a call costs, if it is there.
   *
   * @param everyMs how long it takes until one more call may come
   * @param burst how many may come at once
   * @returns 0 when the call may go on; else in how many milliseconds it may; Infinity when never
   */
  take(now: number, cost: number, everyMs: number, burst: number): number {
    const dueAt = Math.max(this.#dueAt, now) + cost * everyMs
    const tooEarlyMs = dueAt - now - burst * everyMs
    // What is a rounding error must not cost the last call of a burst.
    if (tooEarlyMs <= everyMs * tolerance) {
      this.#dueAt = dueAt
      return 0
    }
    return cost > burst ? Infinity : tooEarlyMs
  }

  /** How many calls may come at once. */
  left(now: number, everyMs: number, burst: number): number {
    return burst - Math.max(0, this.#dueAt - now) / everyMs
  }
}

const tolerance = 1e-6
