import type { Source } from '../exposition/exposed.ts'
import type { MetricRow } from '../table/row.ts'
import { Family } from './family.ts'
import { Histogram } from './histogram.ts'
import { histogramSamples } from './sample.ts'
import type { Sample } from './sample.ts'

/** Histograms of one metric, all of the same buckets. */
export class Histograms implements Source {
  readonly #family: Family<Histogram>

  constructor(row: MetricRow, maxSeries: number, bounds: readonly number[]) {
    this.#family = new Family(row, maxSeries, () => new Histogram(bounds))
  }

  record(value: number, a?: string, b?: string, c?: string): void {
    this.#family.cell(a, b, c).record(value)
  }

  samples(): readonly Sample[] {
    return this.#family.all(true).flatMap(({ labels, cell }) => histogramSamples(this.#family.name, labels, cell))
  }

  reset(): void {
    this.#family.clear()
  }
}
