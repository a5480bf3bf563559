import type { MetricRow } from '../table/row.ts'
import { labelOf, other } from './label.ts'
import type { Labels } from './source.ts'

/** One series: its labels, the same object at each scrape, and what has been counted. */
export interface Series<Cell> {
  readonly labels: Labels
  readonly cell: Cell
}

/**
 * The series of a metric of up to three labels: a bounded number of them, as some values are the caller's. What is beyond
 * is counted in one series, every label of which is `(other)`.
 */
export class Family<Cell> {
  readonly #row: MetricRow
  readonly #maxSeries: number
  readonly #make: () => Cell
  readonly #tree = new Map<string, Map<string, Map<string, Series<Cell>>>>()
  /** By labels as they are written: two values that can only be written as one are one. */
  readonly #labelled = new Map<string, Series<Cell>>()
  #known = 0
  #rest: Series<Cell> | undefined

  constructor(row: MetricRow, maxSeries: number, make: () => Cell) {
    this.#row = row
    this.#maxSeries = maxSeries
    this.#make = make
  }

  /** What is counted under these values, in the order of the labels. */
  cell(a = '', b = '', c = ''): Cell {
    return (this.#tree.get(a)?.get(b)?.get(c) ?? this.#add(a, b, c)).cell
  }

  /** The series there are; whether the rest is among them is for those to say for whom a sum makes sense. */
  all(hasRest: boolean): Series<Cell>[] {
    const known = [...this.#labelled.values()]
    return hasRest && this.#rest !== undefined ? [...known, this.#rest] : known
  }

  clear(): void {
    this.#tree.clear()
    this.#labelled.clear()
    this.#known = 0
    this.#rest = undefined
  }

  #add(a: string, b: string, c: string): Series<Cell> {
    if (this.#known >= this.#maxSeries) return (this.#rest ??= this.#series(() => other))
    const written = [a, b, c].map(labelOf)
    const key = JSON.stringify(written)
    const made = this.#labelled.get(key) ?? this.#series((at) => written[at]!)
    this.#labelled.set(key, made)
    const second = this.#tree.get(a) ?? new Map<string, Map<string, Series<Cell>>>()
    const third = second.get(b) ?? new Map<string, Series<Cell>>()
    this.#tree.set(a, second.set(b, third.set(c, made)))
    this.#known += 1
    return made
  }

  #series(valueOf: (at: number) => string): Series<Cell> {
    const labels = Object.fromEntries(this.#row.labels.map((label, at) => [label, valueOf(at)]))
    return { labels, cell: this.#make() }
  }
}
