import type { LatencySummary } from '../load/latencies.ts'

/** Milliseconds with three significant digits: `0.123`, `4.56`, `78.9`, `1,234`. */
export const ms = (value: number): string => {
  if (value >= 100) return grouped(value)
  return value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3)
}

/** An integer with commas. */
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')

/** A rate: with a digit after the point while it is small. */
export const rate = (value: number): string => (value < 100 ? value.toFixed(1) : grouped(value))

/** A share in percent: `0 %`, `0.012 %`, `12 %`. */
export const percent = (share: number): string => {
  const value = share * 100
  return `${value === 0 ? '0' : value < 1 ? value.toPrecision(2) : value.toFixed(value < 10 ? 1 : 0)} %`
}

/** Bytes in a unit that suits them. */
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** `1 call`, `2 calls`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`

/** The cells of a summary, for a table: nothing where nothing was answered. */
export const cellsOf = ({ count, mean, p50, p90, p95, p99, p999, max }: LatencySummary): string[] =>
  [mean, p50, p90, p95, p99, p999, max].map((value) => (count === 0 ? '–' : ms(value)))

/** The names of these cells. */
export const cellNames: readonly string[] = ['mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max']
