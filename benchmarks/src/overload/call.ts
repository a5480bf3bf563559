import type { Priority } from './scenario.ts'
import type { Work } from './server.ts'

/** How a call ended for its caller: with an answer in time, with a refusal, or not before it lost patience. */
export type End = 'served' | 'refused' | 'gaveUp'

/** What is kept of a call. Times are milliseconds since the start. */
export interface Recorded {
  readonly tool: string
  readonly priority: Priority
  readonly principal: string | undefined
  readonly arrivedAt: number
  /** 0 for the first, 1 for the first repetition. */
  readonly attempt: number
  end: End | undefined
  endedAt: number
  /** Times that an end was reported: 1, unless something is wrong. */
  ends: number
  /** Times that the work was begun: at most 1. */
  begun: number
  /** What was begun. */
  work: Work | undefined
}
