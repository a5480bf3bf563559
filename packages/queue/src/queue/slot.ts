import type { Call } from '@millrace/core'
import type { CallClass } from './callClass.ts'
import type { Gate } from './gate.ts'

/** The slot of one call that runs, or its slots. */
export class Slot {
  readonly call: Call
  readonly callClass: CallClass
  /** In clock milliseconds; NaN when nobody wants to know. */
  readonly startedAt: number
  readonly epoch: number
  /** How many of the server's slots it is. */
  readonly weight: number
  /** Of its tool, where that has a limit, else of its class. */
  readonly tool: Gate
  readonly principal: Gate | undefined
  /** When it was first seen to run, where nobody looked when it started. */
  seenAt: number = Infinity
  /** Its call hangs, and somebody else has been let in in its place. */
  isWrittenOff = false
  /** When it was first seen that its call is cancelled, in clock milliseconds. */
  abortedAt: number = Infinity
  isBack = false
  previous: Slot | undefined
  following: Slot | undefined

  constructor(
    call: Call,
    callClass: CallClass,
    startedAt: number,
    epoch: number,
    weight: number,
    tool: Gate,
    principal: Gate | undefined,
  ) {
    this.call = call
    this.callClass = callClass
    this.startedAt = startedAt
    this.epoch = epoch
    this.weight = weight
    this.tool = tool
    this.principal = principal
  }
}
