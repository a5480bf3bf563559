/** How something went over time, its first half left aside: that makes what is made once, and fills what has bounds. */
export interface Course {
  /** The median of the third quarter, and of the last one. */
  readonly start: number
  readonly end: number
  /** How much larger the end is, as a ratio. */
  readonly growthRatio: number
  /** By least squares over both quarters, as a part of the start an hour. */
  readonly hourlyRatio: number
}

/** @param points at least four, in order of time */
export const courseOf = (points: ReadonlyArray<{ readonly atMs: number; readonly value: number }>): Course => {
  const counted = points.slice(Math.ceil(points.length / 2))
  const middle = Math.floor(counted.length / 2)
  const start = median(counted.slice(0, middle).map(({ value }) => value))
  const end = median(counted.slice(middle).map(({ value }) => value))
  const at = mean(counted.map(({ atMs }) => atMs))
  const level = mean(counted.map(({ value }) => value))
  const spread = mean(counted.map(({ atMs }) => (atMs - at) ** 2))
  const together = mean(counted.map(({ atMs, value }) => (atMs - at) * (value - level)))
  return { start, end, growthRatio: end / start - 1, hourlyRatio: (together / spread / start) * 3_600_000 }
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return mean(sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1))
}
