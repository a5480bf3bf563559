import type { Maybe } from './store.ts'

/** What is counted: a key among those of one limit. */
export interface Counted {
  /** The name of the limit, which it has in every process. */
  readonly limit: string
  /** Whose calls are counted together. */
  readonly key: string
}

/** A rate as one call sees it. */
export interface CountedRate {
  /** How long it takes until one more call may come, in milliseconds. */
  readonly everyMs: number
  /** How many may come at once. */
  readonly burst: number
}

/** What a call has come to. */
export interface Taken {
  /**
   * In how many milliseconds the call may go on; `Infinity` for never. It has been counted unless that is longer than it
   * would wait.
   */
  readonly waitMs: number
  /** For each rate in how many milliseconds all that was counted is made up for; not above 0 when that is now. */
  readonly dueMs: readonly number[]
}

/** Somebody who wants a slot. */
export interface SlotSeeker {
  /** Who it is, among all processes. */
  readonly by: string
  /** For how long, in milliseconds. */
  readonly waitedMs: number
}

/** One of the slots that processes share. It is free again some time after it was not renewed. */
export interface SharedSlot {
  /** How often it must be renewed, in milliseconds. */
  readonly renewMs: number
  /** @returns whether it is still this one's. */
  renew(): Maybe<boolean>
  release(): Maybe<void>
}

/**
 * What processes count together: how many calls come, and how many run. It may fail or hang: whoever asks then goes on
 * with what it has counted itself.
 */
export interface Counters {
  /** Short name for events: `redis`. */
  readonly name: string
  /**
   * Counts a call in every rate, or in none of them.
   *
   * @param cost how many calls it counts for
   * @param maxWaitMs how long it would wait for its turn; a call whose turn is later is not counted
   */
  take(counted: Counted, cost: number, rates: readonly CountedRate[], maxWaitMs: number): Maybe<Taken>
  /** Forgets what was counted, for one key or for all of a limit. */
  forget(limit: string, key?: string): Maybe<void>
  /**
   * Takes one of `max` slots; undefined when there is none, or when the last of them is for somebody who has waited for
   * longer. Who has asked in vain asks again within 20 ms, or has left.
   */
  occupy(counted: Counted, max: number, seeker: SlotSeeker): Maybe<SharedSlot | undefined>
}
