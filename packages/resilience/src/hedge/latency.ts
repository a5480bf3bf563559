import type { Holdable } from '../keyed.ts'
import { Histogram, quantile } from './histogram.ts'

/**
 * How long the calls of one operation took lately: two histograms that change places each period, so that what is known
 * is between one and two periods old. (The rotating histogram of tower's `hedge`, which reads only the older one.)
 */
export class Latency implements Holdable {
  wasUsed = true
  readonly #share: number
  readonly #minSamples: number
  readonly #periodMs: number
  #current = new Histogram()
  #previous = new Histogram()
  #rotatesAt = -Infinity
  #untilRefresh = 0
  #delayMs: number | undefined
  #medianMs = Infinity

  constructor(share: number, minSamples: number, periodMs: number) {
    this.#share = share
    this.#minSamples = minSamples
    this.#periodMs = periodMs
  }

  hold(): 'loose' {
    return 'loose'
  }

  /** How long most calls take, in milliseconds; undefined while too little is known. */
  delayAt(now: number): number | undefined {
    if (now >= this.#rotatesAt) this.#rotate(now)
    if (this.#untilRefresh === 0) this.#refresh()
    return this.#delayMs
  }

  /** How long half of the calls take, in milliseconds, as of the last `delayAt`; 0 while nothing is known. */
  get medianMs(): number {
    return this.#medianMs === Infinity ? 0 : this.#medianMs
  }

  record(ms: number): void {
    this.#current.record(ms)
    if (this.#untilRefresh > 0) this.#untilRefresh -= 1
  }

  #rotate(now: number): void {
    const isLongAgo = now >= this.#rotatesAt + this.#periodMs
    const oldest = this.#previous
    oldest.clear()
    if (isLongAgo) this.#current.clear()
    this.#previous = this.#current
    this.#current = oldest
    this.#rotatesAt = now + this.#periodMs
    this.#untilRefresh = 0
  }

  #refresh(): void {
    const known = this.#current.total + this.#previous.total
    const isEnough = known >= this.#minSamples
    this.#delayMs = isEnough ? quantile(this.#share, this.#current, this.#previous) : undefined
    this.#medianMs = quantile(0.5, this.#current, this.#previous)
    // Reading all buckets costs ten times a record.
    this.#untilRefresh = isEnough ? refreshEvery : Math.min(refreshEvery, this.#minSamples - known)
  }
}

const refreshEvery = 32
