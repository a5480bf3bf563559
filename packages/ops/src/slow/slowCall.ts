import type { Outcome } from '@millrace/core'
import type { TimeSplit } from '../calls/timeSplit.ts'
import type { CpuFunction, CpuShares } from '../report/cpuShares.ts'

/** A call that took longer than calls should. */
export interface SlowCall {
  /** To ask for its profile. */
  readonly id: number
  /** The process that answered it, where there are several; ids are its own. */
  readonly worker?: number | undefined
  /** When it began, in milliseconds since 1970. */
  readonly at: number
  readonly operation: string
  readonly outcome: Outcome
  readonly tookMs: number
  /** Where that time went. */
  readonly time: TimeSplit
  /** How many other calls ran at some time of it: they compute on the same thread. */
  readonly besides: number
  /** The trace that its caller has begun; undefined where none has. */
  readonly traceId: string | undefined
  /** What the main thread computed meanwhile; undefined when nobody looked, or the window has not ended yet. */
  readonly cpu: SlowCallCpu | undefined
}

/** What the main thread computed while a call ran: for that call, for its neighbours, and for nobody. */
export interface SlowCallCpu {
  /** How much of the call's time was looked at, in milliseconds. */
  readonly coveredMs: number
  /** Whose code computed, as parts of that time. */
  readonly shares: CpuShares['shares']
  /** The functions that took most of it, callees not included. */
  readonly functions: readonly CpuFunction[]
}

/** What `/slow-calls` says. */
export interface SlowCallsAnswer {
  readonly aboveMs: number
  /** How many there have been, those that are not kept any more as well. */
  readonly seen: number
  /** The last ones, latest first. */
  readonly calls: readonly SlowCall[]
}
