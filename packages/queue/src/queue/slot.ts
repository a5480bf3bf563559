import type { Call } from '@millrace/core'
import type { Pace } from '../limit/pace.ts'
import type { Gate } from './gate.ts'

/** The slot of one call that runs. */
export class Slot {
  readonly call: Call
  readonly pace: Pace
  /** In clock milliseconds; NaN when nobody wants to know. */
  readonly startedAt: number
  readonly epoch: number
  readonly tool: Gate | undefined
  readonly principal: Gate | undefined
  /** When it was first seen that its call is cancelled, in clock milliseconds. */
  abortedAt: number = Infinity
  isBack = false
  previous: Slot | undefined
  following: Slot | undefined

  constructor(
    call: Call,
    pace: Pace,
    startedAt: number,
    epoch: number,
    tool: Gate | undefined,
    principal: Gate | undefined,
  ) {
    this.call = call
    this.pace = pace
    this.startedAt = startedAt
    this.epoch = epoch
    this.tool = tool
    this.principal = principal
  }
}
