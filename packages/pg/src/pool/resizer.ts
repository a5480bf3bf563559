/** What a pool has seen in one period. */
export interface Sample {
  /** How many connections it may have. */
  readonly limit: number
  /** Most that were in use at once. */
  readonly peak: number
  /** Callers that got a connection. */
  readonly granted: number
  /** How long callers waited, all together. */
  readonly waitedMs: number
  /** Callers that got none. */
  readonly exhausted: number
}

/** Between what and by what a pool is resized. */
export interface ResizePlan {
  readonly min: number
  readonly max: number
  /** Mean wait of a caller that is worth more connections, in milliseconds. */
  readonly targetWaitMs: number
}

/**
 * How many connections a pool should have: more, by a quarter, when callers wait for longer than they should while all
 * are in use; less, by a quarter, after three periods in which at most half were. More connections than the database
 * can work with make everybody slower, so growth that did not let more callers through is taken back, and not tried
 * again for a while.
 */
export class Resizer {
  readonly #plan: ResizePlan
  /** What the limit and the throughput were before the last growth; undefined when that has been judged. */
  #trial: { readonly limit: number; readonly granted: number } | undefined
  #quietPeriods = 0
  #pausedPeriods = 0

  constructor(plan: ResizePlan) {
    this.#plan = plan
  }

  next(sample: Sample): number {
    const { limit, granted } = sample
    const trial = this.#trial
    this.#trial = undefined
    if (this.#pausedPeriods > 0) this.#pausedPeriods -= 1
    const isShort = this.#isShort(sample)
    if (trial !== undefined && isShort && granted < trial.granted * worthwhile) {
      this.#pausedPeriods = pausePeriods
      return this.#bounded(trial.limit)
    }
    this.#quietPeriods = sample.peak <= limit / 2 ? this.#quietPeriods + 1 : 0
    if (isShort && this.#pausedPeriods === 0 && limit < this.#plan.max) {
      this.#trial = { limit, granted }
      return this.#bounded(Math.ceil(limit * 1.25))
    }
    if (this.#quietPeriods < quietPeriods) return limit
    this.#quietPeriods = 0
    return this.#bounded(Math.floor(limit * 0.75))
  }

  #isShort({ limit, peak, granted, waitedMs, exhausted }: Sample): boolean {
    return peak >= limit && (exhausted > 0 || waitedMs / Math.max(1, granted) > this.#plan.targetWaitMs)
  }

  #bounded(limit: number): number {
    return Math.max(this.#plan.min, Math.min(this.#plan.max, limit))
  }
}

const worthwhile = 1.05
const quietPeriods = 3
const pausePeriods = 10
