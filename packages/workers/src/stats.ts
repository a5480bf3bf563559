import type { TaskPercentiles } from './durations.ts'
import type { Tally } from './tally.ts'

/** How a pool of threads is, and what has happened in it since it was opened. */
export interface WorkersStats extends Readonly<Tally> {
  /** The pool's name. */
  readonly name: string
  /** Threads that there are, those that start included. */
  readonly threads: number
  /** Tasks that run in a thread. */
  readonly running: number
  /** Tasks that wait for one. */
  readonly queued: number
  /** How long the last 512 tasks waited for a thread. */
  readonly waitMs: TaskPercentiles
  /** How long the last 512 tasks ran, as measured where they ran. */
  readonly runMs: TaskPercentiles
}
