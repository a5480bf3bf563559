import { Latencies } from './latencies.ts'
import type { Window } from './recorder.ts'

/** What happened in one part of the window. */
export interface Interval {
  /** Milliseconds from the start of the window to the start of this part. */
  readonly atMs: number
  readonly lengthMs: number
  readonly answered: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Calls over time, by when they ended: the window in at most 60 parts, none shorter than a tenth of a second. */
export class Series {
  readonly #from: number
  readonly #lengthMs: number
  readonly #count: number
  readonly #done: Interval[] = []
  #answered = new Latencies()
  #failed = 0

  constructor({ from, to }: Window) {
    this.#from = from
    this.#count = Math.max(1, Math.min(60, Math.floor((to - from) / 100)))
    this.#lengthMs = (to - from) / this.#count
  }

  /** @param endedAt never before that of the call before, as calls are noted when they end */
  record(endedAt: number, ms: number, isFailed: boolean): void {
    this.#advance(Math.floor((endedAt - this.#from) / this.#lengthMs))
    if (isFailed) this.#failed += 1
    else this.#answered.record(ms)
  }

  /** All parts, also those in which nothing ended. @param end when the load was over; @default the whole window */
  intervals(end: number = this.#from + this.#count * this.#lengthMs): Interval[] {
    const parts = Math.min(this.#count, Math.ceil((end - this.#from) / this.#lengthMs))
    this.#advance(Math.max(parts, 0))
    return this.#done.slice(0, Math.max(parts, 0))
  }

  #advance(part: number): void {
    while (this.#done.length < Math.min(part, this.#count)) {
      const answered = this.#answered
      this.#done.push({
        atMs: this.#done.length * this.#lengthMs,
        lengthMs: this.#lengthMs,
        answered: answered.count,
        failed: this.#failed,
        p50: answered.percentile(50),
        p99: answered.percentile(99),
        max: answered.percentile(100),
      })
      if (answered.count > 0) this.#answered = new Latencies()
      this.#failed = 0
    }
  }
}
