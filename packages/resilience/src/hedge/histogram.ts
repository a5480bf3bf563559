/**
 * Counts of durations in buckets that each reach 9 % further than the one before, from 1/16 ms to 17 minutes: the form
 * of HdrHistogram, with eight buckets for each doubling.
 */
export class Histogram {
  total = 0
  readonly #counts = new Uint32Array(buckets)

  record(ms: number): void {
    this.#counts[bucketOf(ms)]! += 1
    this.total += 1
  }

  count(bucket: number): number {
    return this.#counts[bucket]!
  }

  clear(): void {
    this.total = 0
    this.#counts.fill(0)
  }
}

/**
 * The duration that a share of those in two histograms do not exceed, as the upper end of its bucket, in milliseconds.
 * `Infinity` when both are empty.
 */
export const quantile = (share: number, one: Histogram, other: Histogram): number => {
  let left = Math.ceil(share * (one.total + other.total))
  if (left === 0) return Infinity
  let bucket = -1
  while (left > 0) {
    bucket += 1
    left -= one.count(bucket) + other.count(bucket)
  }
  return lowestMs * 2 ** ((bucket + 1) / perDoubling)
}

const lowestMs = 1 / 16
const perDoubling = 8
const buckets = 24 * perDoubling

const bucketOf = (ms: number): number =>
  ms > lowestMs ? Math.min(buckets - 1, Math.floor(Math.log2(ms / lowestMs) * perDoubling)) : 0
