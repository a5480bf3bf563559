import { percentile } from './measure.ts'
import type { Measures } from './measure.ts'
import type { Simulated } from './simulate.ts'

/** Everything that was measured, in one line. */
export const line = (measures: Measures): string =>
  [
    `goodput ${measures.goodput.toFixed(0).padStart(4)}`,
    `p50 ${ms(measures.p50Ms)} p99 ${ms(measures.p99Ms)}`,
    `shed ${percent(measures.shedRatio)}`,
    `refused ${percent(measures.refusedRatio)} within ${ms(measures.refusalP99Ms)}`,
    `wasted ${percent(measures.wastedRatio)}`,
    `recovery ${measures.recoveryS} s`,
    `limit ${measures.limit.toFixed(1)}`,
    ...Object.entries({ served: measures.served, share: measures.toolShare }).map(
      ([name, ratios]) =>
        `${name} ${Object.entries(ratios)
          .map(([of, ratio]) => `${of || 'anonymous'} ${percent(ratio).trim()}`)
          .join(', ')}`,
    ),
  ].join('  ')

/** A line for every second of a simulation. */
export const secondsOf = ({ calls, limits }: Simulated): readonly string[] => {
  const seconds = Math.ceil((calls.at(-1)?.arrivedAt ?? 0) / 1000)
  return Array.from({ length: seconds }, (_, second) => {
    const arrived = calls.filter(({ arrivedAt }) => Math.floor(arrivedAt / 1000) === second)
    const took = (of: string) => arrived.filter(({ end }) => end === of).map((one) => one.endedAt - one.arrivedAt)
    const [served, refused] = [took('served'), took('refused')]
    const limit = percentile(limits.slice(second * 10, second * 10 + 10), 0.5)
    return [
      `${String(second).padStart(4)} s`,
      `asked ${String(arrived.length).padStart(5)}`,
      `served ${String(served.length).padStart(5)}`,
      `refused ${String(refused.length).padStart(5)}`,
      `p50 ${ms(percentile(served, 0.5))} p99 ${ms(percentile(served, 0.99))}`,
      `limit ${limit.toFixed(1)}`,
    ].join('  ')
  })
}

const ms = (value: number): string => `${value.toFixed(0).padStart(3)} ms`
const percent = (ratio: number): string => `${(100 * ratio).toFixed(1).padStart(5)} %`
