/**
 * How long the calls of one class take. Logarithms throughout: the times of calls spread over orders of magnitude, and
 * one slow call must not count for a hundred.
 */
export class Pace {
  /** Mean logarithm of the time of a call that waits for nothing at its dependency; NaN until it is known. */
  base: number = NaN
  /** How many calls say so, that were looked at while fewer ran. */
  looks = 0
  /** How many of them run. */
  running = 0
  /** What was measured in the present window: how many, and the sum of their logarithms. */
  count = 0
  sum = 0
  #recent = 0
  #seen = 0
  /** NaN when it has to be computed anew. */
  #typicalMs = NaN

  /** @param ms how long a call took @returns its logarithm */
  add(ms: number): number {
    const log = Math.log(ms > shortestMs ? ms : shortestMs)
    if (this.#seen < memory) this.#seen += 1
    this.#recent += (log - this.#recent) / this.#seen
    this.#typicalMs = NaN
    return log
  }

  /** How long a call takes, typically, when it waits for nothing; 0 while nothing has been measured. */
  get typicalMs(): number {
    if (this.#seen === 0) return 0
    if (Number.isNaN(this.#typicalMs)) this.#typicalMs = Math.exp(this.base < this.#recent ? this.base : this.#recent)
    return this.#typicalMs
  }

  /**
   * What a call must still have until its deadline to be worth starting. Nothing when none of its class runs: what was
   * slow yesterday is tried again.
   */
  get neededMs(): number {
    return this.running === 0 ? 0 : this.typicalMs
  }
}

// Below that, clocks say more of themselves than of the call.
const shortestMs = 0.01
const memory = 32
