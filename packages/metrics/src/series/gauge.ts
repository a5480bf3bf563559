import type { MetricRow } from '../table/row.ts'
import { Family } from './family.ts'
import type { Labels, Source } from './source.ts'

/** Numbers as they stand; those beyond the bound are not shown, as one number cannot stand for several. */
export class Gauge implements Source {
  readonly #family: Family<{ value: number | undefined }>

  constructor(row: MetricRow, maxSeries: number) {
    this.#family = new Family(row, maxSeries, () => ({ value: undefined }))
  }

  /** @param value undefined when nobody knows any more: the series is not shown until somebody does */
  set(value: number | undefined, a?: string, b?: string, c?: string): void {
    this.#family.cell(a, b, c).value = value
  }

  /** Moves it, from 0 where nothing has been said; never below 0. */
  move(by: number, a?: string, b?: string, c?: string): void {
    const cell = this.#family.cell(a, b, c)
    cell.value = Math.max(0, (cell.value ?? 0) + by)
  }

  series(): ReadonlyArray<{ readonly labels: Labels; readonly value: number }> {
    return this.#family
      .all(false)
      .flatMap(({ labels, cell: { value } }) => (value === undefined ? [] : [{ labels, value }]))
  }
}
