import type { Entry, Maybe } from './store.ts'

/** The right to load what a key names, which one of the processes that share a store has at a time. */
export interface Lease {
  /** How often it must be renewed, in milliseconds; it ends by itself some time after it was not. */
  readonly renewMs: number
  /** @returns whether it still holds. */
  renew(): Maybe<boolean>
  /**
   * Keeps the entry, as `Store.set` does, and ends the lease.
   *
   * @returns whether it keeps it; `over` when the lease has ended before: nothing is written then, as somebody else may
   * have stored what is newer, or have dropped it.
   */
  set(entry: Entry): Maybe<boolean | 'over'>
  /**
   * Ends it without an entry.
   *
   * @param isPassedOn whether somebody else should have it next; otherwise nothing would be kept, and whoever waits
   * loads for itself
   */
  release(isPassedOn: boolean): Maybe<void>
}

/** What a store says to somebody who asks for the right to load a key. */
export type Leased =
  | { readonly state: 'granted'; readonly lease: Lease }
  /** Somebody else has it: ask again. */
  | { readonly state: 'taken' }
  /** Somebody else has just stored this fresh entry. */
  | { readonly state: 'stored'; readonly entry: Entry }
  /** What was just loaded was not kept: nobody needs to wait for anybody, and nobody's load is stored. */
  | { readonly state: 'free' }
