import type { Result } from './call.ts'
import type { Leased } from './lease.ts'

/** One cached result with what must be known to serve, refresh and drop it. Immutable. */
export interface Entry {
  /** The result, without anything that JSON cannot carry. */
  readonly result: Result
  /** When the load that made it ended, in clock milliseconds. */
  readonly storedAt: number
  /** Served without asking until then, in clock milliseconds. */
  readonly freshUntil: number
  /** Kept until then for serving stale, in clock milliseconds; not before `freshUntil`. */
  readonly keptUntil: number
  /** How long the load took, in milliseconds: what a hit saves, and the δ of early refresh. */
  readonly loadMs: number
  /** Size of the result as JSON, in bytes. */
  readonly bytes: number
  /** `tools/call search`. */
  readonly operation: string
  /** Whose entry it is: a principal, or undefined for one that everybody shares. */
  readonly principal?: string | undefined
  /** The name or URI that patterns are matched against. */
  readonly target?: string | undefined
  /** What `invalidate({ tags })` finds it by. */
  readonly tags: readonly string[]
}

/** Which entries to drop: those that match every field given; all of them when nothing is given. */
export interface Match {
  /** Entries with any of these tags. An empty list matches nothing. */
  readonly tags?: readonly string[] | undefined
  /** `tools/call search`, exact. */
  readonly operation?: string | undefined
  /** Entries of this principal; those that everybody shares have none. */
  readonly principal?: string | undefined
  /**
   * On the whole target, `*` standing for any run of characters, all others for themselves: `atlas://city/*`. An entry
   * without a target matches none.
   */
  readonly pattern?: string | undefined
}

/** What a store holds now, and what it has done since it was made. */
export interface StoreStats {
  /** Entries held now. One past `keptUntil` may count until it is noticed. */
  readonly entries: number
  /** Their size, in bytes. */
  readonly bytes: number
  /** Entries dropped for want of room. */
  readonly evictions: number
  /** Entries dropped because their time was over. */
  readonly expirations: number
}

/** What a store may return: the value at once when it has it at hand, which spares the caller a promise. */
export type Maybe<Value> = Value | Promise<Value>

/**
 * Where cached results live. A store may forget anything at any time, and must never give an entry for another key or
 * one that is past `keptUntil`. It may fail: whoever uses it goes on without it.
 */
export interface Store {
  /** Short name for metrics: `memory`, `disk`, `redis`. */
  readonly name: string
  /** Whether other processes see the entries; such a store refuses calls whose identity ends with this process. */
  readonly isShared: boolean
  /** The entry, fresh or stale; undefined when there is none or it is past `keptUntil`. */
  get(key: string): Maybe<Entry | undefined>
  /**
   * Keeps an entry in place of the one before; the one before is gone also when it does not.
   *
   * @returns whether it keeps it: a store may decide not to, for want of room.
   */
  set(key: string, entry: Entry): Maybe<boolean>
  /** @returns whether there was such an entry. */
  delete(key: string): Maybe<boolean>
  /** Drops what matches. @returns how many entries went. */
  invalidate(match: Match): Maybe<number>
  /** Drops everything. */
  clear(): Maybe<void>
  stats(): Maybe<StoreStats>
  /**
   * Asks for the right to load a key, for a store that lets only one of its processes do so at a time. Answers at once:
   * it is the cache that waits.
   *
   * @param known the entry that is to be loaded anew: this one does not count as stored by somebody else
   * @returns undefined when there is none to be had, and nothing to wait for
   */
  lease?(key: string, known: Entry | undefined): Maybe<Leased | undefined>
  /** Holds less from now on, as `Shrinkable` says; for a store whose entries take memory of this process. */
  shrinkTo?(share: number): Maybe<void>
  /** Lets go of files and connections; nothing may be asked of the store afterwards. */
  close?(): Maybe<void>
}
