import { AsyncResource } from 'node:async_hooks'
import type { Call } from '@millrace/core'
import type { Rank } from '../priority.ts'
import { events } from '../report.ts'
import type { CallClass } from './callClass.ts'
import type { Flow } from './flow.ts'
import type { Party } from './party.ts'
import type { Slot } from './slot.ts'

/** A call that waits for a slot. It sits in two lists: that of its flow, and that of all who wait. */
export class Waiter {
  readonly call: Call
  readonly rank: Rank
  /** How many of the server's slots it takes. */
  readonly weight: number
  readonly callClass: CallClass
  readonly arrivedAt: number
  /** Its place among all that ever waited. */
  readonly order: number
  /** After this moment it could not be answered in time any more, in clock milliseconds. */
  readonly latestStart: number
  readonly admitted: Promise<Slot>
  /** Whose call it is: whoever frees a slot starts it, in a context of their own. Made when somebody listens. */
  readonly caller: AsyncResource | undefined
  party: Party | undefined
  flow: Flow | undefined
  /** In its flow. */
  older: Waiter | undefined
  newer: Waiter | undefined
  /** Among all. */
  before: Waiter | undefined
  after: Waiter | undefined
  stopListening: (() => void) | undefined
  admit!: (slot: Slot) => void
  refuse!: (error: unknown) => void

  constructor(
    call: Call,
    rank: Rank,
    weight: number,
    callClass: CallClass,
    arrivedAt: number,
    latestStart: number,
    order: number,
  ) {
    this.call = call
    this.rank = rank
    this.weight = weight
    this.callClass = callClass
    this.arrivedAt = arrivedAt
    this.latestStart = latestStart
    this.order = order
    this.caller = events.hasSubscribers ? new AsyncResource('millrace.waiter') : undefined
    this.admitted = new Promise((resolve, reject) => {
      this.admit = resolve
      this.refuse = reject
    })
  }
}
