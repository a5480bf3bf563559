import type { Finding } from '../finding.ts'
import type { Lane } from '../../wire/lane.ts'
import type { Tool } from '../../wire/ask.ts'
import type { Params } from '../../wire/request.ts'
import type { Server } from '../../wire/server.ts'
import type { Target } from '../../target/target.ts'

/** A running server that is examined. */
export interface Patient {
  readonly target: Target
  readonly server: Server
  readonly lane: Lane
  /** All of them, over all pages. */
  readonly tools: readonly Tool[]
  /** The first page of the list, as it came. */
  readonly listed: Params
  readonly timeoutMs: number
  /** Headers of the user's, names and values in turn. */
  readonly headers: readonly string[]
  readonly now: () => number
}

/** One thing that is looked at. */
export type Examination = (patient: Patient) => Finding[] | Promise<Finding[]>
