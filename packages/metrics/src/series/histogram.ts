/** Ends of the buckets of durations, in seconds: from a cache hit to a call that should have been given up. */
export const durationBuckets: readonly number[] = [
  0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
]

/** A trace that stands as an example for a bucket. */
export interface Exemplar {
  readonly labelSet: { readonly trace_id: string }
  readonly value: number
  /** In seconds since 1970. */
  readonly timestamp: number
}

/** Counts of values in buckets; recording costs a few nanoseconds and allocates nothing. */
export class Histogram {
  count = 0
  sum = 0
  readonly bounds: readonly number[]
  /** How many fell into each bucket; the last one has no end. */
  readonly counts: Float64Array
  #exemplars: Array<Exemplar | undefined> | undefined

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  /** @returns which bucket it fell into */
  record(value: number): number {
    const bucket = this.#bucketOf(value)
    this.counts[bucket]! += 1
    this.count += 1
    this.sum += value
    return bucket
  }

  /** Keeps a trace as the example of a bucket, in place of the one before. */
  remember(bucket: number, exemplar: Exemplar): void {
    this.#exemplars ??= []
    this.#exemplars[bucket] = exemplar
  }

  exemplar(bucket: number): Exemplar | undefined {
    return this.#exemplars?.[bucket]
  }

  /** Adds what another one has counted; where its buckets are others, each goes to the one that holds its end. */
  add(one: Histogram): void {
    const isAlike = one.bounds === this.bounds || String(one.bounds) === String(this.bounds)
    for (const [bucket, count] of one.counts.entries()) {
      this.counts[isAlike ? bucket : this.#bucketOf(one.bounds[bucket] ?? Infinity)]! += count
    }
    this.count += one.count
    this.sum += one.sum
    for (const [bucket, exemplar] of one.#exemplars?.entries() ?? []) this.#recall(bucket, exemplar)
  }

  clear(): void {
    this.counts.fill(0)
    this.count = 0
    this.sum = 0
    this.#exemplars = undefined
  }

  #bucketOf(value: number): number {
    const { bounds } = this
    let low = 0
    let high = bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (value <= bounds[middle]!) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Of two examples the one that was seen last. */
  #recall(bucket: number, exemplar: Exemplar | undefined): void {
    const known = this.exemplar(bucket)
    if (exemplar === undefined || (known !== undefined && known.timestamp > exemplar.timestamp)) return
    this.remember(bucket, exemplar)
  }
}
