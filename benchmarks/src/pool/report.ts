import { percentile } from '../overload/measure.ts'
import type { Row } from '../row.ts'
import { median, noise } from '../statistics.ts'
import { aligned, short } from '../table.ts'

/** What callers got in one stretch of time. */
export interface Served {
  /** How long each answer took, in milliseconds. */
  readonly took: readonly number[]
  readonly seconds: number
}

/** Calls per second, of each the median of its stretches, and against the first. */
export const rowsOf = (group: string, all: ReadonlyMap<string, readonly Served[]>): readonly Row[] => {
  const [first = []] = all.values()
  return Array.from(all, ([name, served]) => {
    const rates = served.map(rateOf)
    const error = noise(rates)
    return {
      group,
      name: `atlas: ${name}`,
      median: median(rates),
      unit: 'calls/s',
      ratioToBase: median(rates) / median(first.map(rateOf)),
      isMoreBetter: true,
      ...(error === undefined ? {} : { noise: error }),
    }
  })
}

/** How many times as many calls as the first some of them have to answer: a row for each that has a bar. */
export const comparedWith = (
  group: string,
  all: ReadonlyMap<string, readonly Served[]>,
  bars: ReadonlyMap<string, number>,
): readonly Row[] => {
  const [[base, first] = ['', []]] = all
  return Array.from(bars).flatMap(([name, bar]) => {
    const served = all.get(name)
    if (served === undefined) return []
    const times = median(served.map(rateOf)) / median(first.map(rateOf))
    const row = { group, name: `atlas: ${name}, over ${base}`, median: times, unit: 'x', ratioToBase: null }
    return [{ ...row, bar, ok: times >= bar }]
  })
}

/** All that was measured, as text; each number is the median of its stretches. */
export const tableOf = (callers: number, all: ReadonlyMap<string, readonly Served[]>): string => {
  const heading = [`nearest_cities, ${callers} callers`, 'calls/s', 'mean ms', 'p95 ms', 'p99 ms']
  const lines = Array.from(all, ([name, served]) => [
    name,
    ...columns.map((column) => short(median(served.map(column)))),
  ])
  return aligned([heading, ...lines], { has: (column) => column > 0 }).join('\n')
}

const rateOf = ({ took, seconds }: Served): number => took.length / seconds

const columns: ReadonlyArray<(served: Served) => number> = [
  rateOf,
  ({ took }) => took.reduce((sum, ms) => sum + ms, 0) / took.length,
  ({ took }) => percentile(took, 0.95),
  ({ took }) => percentile(took, 0.99),
]
