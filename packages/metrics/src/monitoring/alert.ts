/** Something that people are told of. */
export interface Alert {
  readonly name: string
  readonly severity: 'critical' | 'warning'
  /** PromQL; it fires for every series that this gives. */
  readonly expr: string
  /** For how long it has to hold, as Prometheus writes it. */
  readonly for: string
  /** What is the matter, with the labels and the value of the series. */
  readonly summary: string
  /** What to look at, and what helps. */
  readonly action: string
}
