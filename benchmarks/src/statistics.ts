/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return NaN
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/**
 * The standard error of a median, estimated from the median distance to it, so that one disturbed round does not
 * count: 1.4826 of that distance is a normal distribution's σ, 1.2533 σ/√n its median's error. Undefined below three
 * values.
 */
export const noise = (values: readonly number[]): number | undefined => {
  if (values.length < 3) return undefined
  const middle = median(values)
  const distance = median(values.map((value) => Math.abs(value - middle)))
  return (1.2533 * 1.4826 * distance) / Math.sqrt(values.length)
}
