/**
 * The value below which a part of what was counted lies, read off its buckets as `histogram_quantile` of Prometheus does:
 * evenly spread inside a bucket; what has no end counts as the last end. Undefined when nothing was counted.
 *
 * @param part from 0 to 1
 */
export const quantile = (part: number, counts: readonly number[], bounds: readonly number[]): number | undefined => {
  const count = counts.reduce((sum, one) => sum + one, 0)
  if (count <= 0) return undefined
  const rank = part * count
  let below = 0
  for (const [index, one] of counts.entries()) {
    const end = bounds[index]
    if (end === undefined) break
    if (below + one >= rank && one > 0) {
      const start = bounds[index - 1] ?? 0
      return start + ((end - start) * (rank - below)) / one
    }
    below += one
  }
  return bounds.at(-1)
}
