/** How many times one thing is another, and how sure that is. */
export interface Ratio {
  /** The geometric mean of the rounds. */
  readonly ratio: number
  /** What the true ratio lies between, 19 times out of 20. */
  readonly from: number
  readonly to: number
}

/**
 * The ratio of pairs measured side by side, `b` to `a`: Student's t on the logarithms, whose noise is even where that of
 * ratios is not.
 *
 * @param pairs at least two, all above 0
 */
export const ratioOf = (pairs: ReadonlyArray<readonly [a: number, b: number]>): Ratio => {
  const logs = pairs.map(([a, b]) => Math.log(b / a))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1)
  const margin = t95(logs.length - 1) * Math.sqrt(variance / logs.length)
  return { ratio: Math.exp(mean), from: Math.exp(mean - margin), to: Math.exp(mean + margin) }
}

/** The 97.5th percentile of Student's t (Cornish–Fisher expansion; exact to 0.5 % from three degrees of freedom on). */
const t95 = (degrees: number): number => {
  const exact = [12.706, 4.303, 3.182][degrees - 1]
  if (exact !== undefined) return exact
  const z = 1.959_964
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  )
}
