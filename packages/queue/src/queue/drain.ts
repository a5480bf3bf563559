/** How fast calls are served and how many were refused of late: what says when it makes sense to come back. */
export class Drain {
  /** Calls that have ended so far. */
  done = 0
  /** Calls that were refused so far. */
  refused = 0
  /** Since when nothing has ended, as far as anybody has looked. */
  #stuckSince = Infinity
  #wasFull = false
  #previous: Look = { at: -Infinity, done: 0, refused: 0 }
  #latest: Look = { at: -Infinity, done: 0, refused: 0 }

  /**
   * Takes note of the time: to be called when a call has to wait or is refused.
   *
   * @param isFull whether all slots are taken: while none of their calls ends, they are those that hang
   */
  look(now: number, isFull: boolean): void {
    const elapsedMs = now - this.#latest.at
    if (elapsedMs < lookMs) return
    if (!this.#wasFull || this.done !== this.#latest.done) this.#stuckSince = now
    this.#wasFull = isFull
    const look = { at: now, done: this.done, refused: this.refused }
    // What was before a quiet time says nothing of how fast calls can be served.
    this.#previous = elapsedMs > lookMs * staleLooks ? look : this.#latest
    this.#latest = look
  }

  /**
   * How long it takes to serve what waits and what was refused of late, should that come back: in milliseconds, from 1
   * to 30,000. Undefined when nothing is known.
   *
   * @param typicalMs how long one call takes; 0 when that is not known
   * @param limit how many run at once
   */
  retryAfterMs(now: number, waiting: number, typicalMs: number, limit: number): number | undefined {
    const { at, done, refused } = this.#previous
    const served = this.done - done
    const elapsedMs = now - at
    const backlog = Math.max(1, waiting + this.refused - refused)
    const isMeasured = elapsedMs >= leastMs && served > 0
    if (!isMeasured && typicalMs === 0) return undefined
    const msPerCall = isMeasured ? elapsedMs / served : typicalMs / Math.min(limit, backlog)
    // Where nothing has been served for a while, it will not be sooner than that.
    const stuckMs = served === 0 ? now - this.#stuckSince : 0
    const leastWaitMs = stuckMs >= leastMs ? stuckMs : 0
    return Math.ceil(Math.min(longestMs, Math.max(1, leastWaitMs, backlog * msPerCall)))
  }
}

interface Look {
  readonly at: number
  readonly done: number
  readonly refused: number
}

const lookMs = 500
const staleLooks = 4
const leastMs = 100
const longestMs = 30_000
