/** How long something took: of the last 512 times half were quicker than `p50`, and so on. Milliseconds; 0 before. */
export interface TaskPercentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** The last 512 durations. */
export class Durations {
  readonly #kept = new Float64Array(512)
  #count = 0
  #mean = 0

  /** Their mean, in which the last ones weigh more; undefined before the first. */
  get mean(): number | undefined {
    return this.#count === 0 ? undefined : this.#mean
  }

  add(ms: number): void {
    this.#kept[this.#count % this.#kept.length] = ms
    this.#count += 1
    this.#mean += (ms - this.#mean) / Math.min(this.#count, weight)
  }

  percentiles(): TaskPercentiles {
    const sorted = this.#kept.slice(0, Math.min(this.#count, this.#kept.length)).sort()
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
  }
}

const weight = 20
