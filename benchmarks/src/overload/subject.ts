import type { FakeCall } from '@millrace/core/testing'
import type { VirtualTime } from './time.ts'

/** Something that stands before a server and decides what it takes on. */
export interface Subject {
  readonly name: string
  /** How it is set up. */
  readonly note: string
  /** Imports it and sets it up, in virtual time already. */
  open(setting: Setting): Promise<Guard>
}

/** What it is set up for. */
export interface Setting {
  /** Calls that the server does at a time, or what somebody believes. */
  readonly limit: number
  /** Whether one that finds the limit itself is to begin with it. */
  readonly isLimitInitial: boolean
  readonly hasPriorities: boolean
  readonly time: VirtualTime
}

/** A call of a simulated caller: with its deadline, and aborted when the caller has gone; its input has the priority. */
export type SimulatedCall = FakeCall

export interface Guard {
  /** Does the work, sooner or later, or rejects. */
  readonly run: (call: SimulatedCall, work: () => Promise<void>) => Promise<void>
  /** Whether that is how it refuses a call; anything else that it throws is a fault. */
  readonly isRefusal: (error: unknown) => boolean
  /** Its limit at this moment, where it tells. */
  readonly limit?: () => number
}
