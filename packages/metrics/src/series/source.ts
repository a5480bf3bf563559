import type { Histogram } from './histogram.ts'

/** Names and values that tell one series of a metric from the others. */
export interface Labels {
  readonly [label: string]: string
}

/** One series as it stands. */
export interface Shown {
  /** Best the same object at each scrape: its text is remembered. */
  readonly labels: Labels
  readonly value: number | Histogram
}

/** What a metric has counted. */
export interface Source {
  /** The series of the moment, looked at one after the other. */
  series(): Iterable<Shown> | Promise<Iterable<Shown>>
  /** Begins anew, where beginning anew makes sense. */
  reset?(): void
}
