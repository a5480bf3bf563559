/** What targets say. */
export interface MetricsEvent {
  /** The server has fallen short of a target, or reaches it again. */
  readonly type: 'target.breached' | 'target.recovered'
  /** `p95Ms`, `p99Ms`, `successRatio`, `hitRatio` or `poolUseRatio`. */
  readonly target: string
  /** What is aimed at, in the unit that the target's name ends in. */
  readonly goal: number
  /** What was measured; undefined when there was too little to measure any more. */
  readonly value: number | undefined
  /** What it was measured of, where there are several: the pool that is used most. */
  readonly of: string | undefined
}
