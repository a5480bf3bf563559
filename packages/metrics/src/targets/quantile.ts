/**
 * The value that a part of what was counted stays below, as `histogram_quantile` of Prometheus has it: values are spread
 * evenly over their bucket, and what is beyond the last end counts as that.
 *
 * @param part above 0 and below 1
 * @param counts how many fell into each bucket, at least one in all; the last bucket has no end
 */
export const quantile = (part: number, counts: ArrayLike<number>, bounds: readonly number[]): number => {
  let all = 0
  for (let bucket = 0; bucket < counts.length; bucket += 1) all += counts[bucket]!
  const rank = part * all
  let below = 0
  for (let bucket = 0; bucket < bounds.length; bucket += 1) {
    const count = counts[bucket]!
    if (below + count >= rank) {
      const start = bounds[bucket - 1] ?? 0
      return start + (bounds[bucket]! - start) * ((rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1)!
}
