import type { MetricRow } from '../table/row.ts'
import { Family } from './family.ts'
import type { Labels, Source } from './source.ts'

/** Numbers that only rise. */
export class Counter implements Source {
  readonly #family: Family<{ value: number }>

  constructor(row: MetricRow, maxSeries: number) {
    this.#family = new Family(row, maxSeries, () => ({ value: 0 }))
  }

  add(by: number, a?: string, b?: string, c?: string): void {
    this.#family.cell(a, b, c).value += by
  }

  /** The series there are, and what each has come to. */
  series(): ReadonlyArray<{ readonly labels: Labels; readonly value: number }> {
    return this.#family.all(true).map(({ labels, cell }) => ({ labels, value: cell.value }))
  }

  reset(): void {
    this.#family.clear()
  }
}
