import type { MetricRow } from '../table/row.ts'
import { Family } from './family.ts'
import { Histogram } from './histogram.ts'
import type { Shown, Source } from './source.ts'

/** Histograms of one metric, all of the same buckets. */
export class Histograms implements Source {
  readonly #family: Family<Histogram>

  constructor(row: MetricRow, maxSeries: number, bounds: readonly number[]) {
    this.#family = new Family(row, maxSeries, () => new Histogram(bounds))
  }

  record(value: number, a?: string, b?: string, c?: string): void {
    this.#family.cell(a, b, c).record(value)
  }

  series(): readonly Shown[] {
    return this.#family.all(true).map(({ labels, cell }) => ({ labels, value: cell }))
  }

  reset(): void {
    this.#family.clear()
  }
}
