import type { MetricRow } from '../table/row.ts'
import { Counter } from './counter.ts'
import { Gauge } from './gauge.ts'
import { Histograms } from './histograms.ts'

/** What is counted, by the rows of the table. */
export class Tally {
  readonly #sources = new Map<string, Counter | Gauge | Histograms>()

  /**
   * @param maxSeries how many series a metric may have
   * @param bounds ends of the buckets of durations, in seconds
   */
  constructor(rows: readonly MetricRow[], maxSeries: number, bounds: readonly number[]) {
    for (const row of rows) this.#sources.set(row.name, sourceOf(row, maxSeries, bounds))
  }

  counter(name: string): Counter {
    return this.#of(name, Counter)
  }

  gauge(name: string): Gauge {
    return this.#of(name, Gauge)
  }

  histograms(name: string): Histograms {
    return this.#of(name, Histograms)
  }

  source(name: string): Counter | Gauge | Histograms {
    return this.#sources.get(name)!
  }

  #of<Kind>(name: string, kind: abstract new (...args: never[]) => Kind): Kind {
    const found = this.#sources.get(name)
    if (found instanceof kind) return found
    throw new Error(`The table has no such ${kind.name.toLowerCase()}: ${name}`)
  }
}

const sourceOf = (row: MetricRow, maxSeries: number, bounds: readonly number[]): Counter | Gauge | Histograms => {
  if (row.kind === 'counter') return new Counter(row, maxSeries)
  if (row.kind === 'gauge') return new Gauge(row, maxSeries)
  return new Histograms(row, maxSeries, row.unit === 'seconds' ? bounds : sizes)
}

// For what is not a duration: how many there were.
const sizes = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
