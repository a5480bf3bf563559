import type { Input } from '../sdk/tools.ts'

/** What a load answers. */
export interface Value {
  readonly content: ReadonlyArray<{ readonly type: string; readonly text: string }>
}

/** Loads the value of an input. Caches that load by key alone pass nothing. */
export type Load = (input?: Input) => Promise<Value>

/** One way to cache the results of a function. */
export interface Subject {
  readonly name: string
  /** How it is set up, and what its key is. */
  readonly note: string
  /** Gives the cached function: from an input, made ready by `prepare` where that is not what is measured. */
  open(load: Load): Promise<Cache>
}

/** A cache around a load. */
export interface Cache {
  /** Makes of an input what a caller has in hand; not measured. @default the input itself */
  readonly prepare?: (input: Input) => unknown
  get(input: never): Value | Promise<Value | undefined> | undefined
}

/** One hour, so that nothing runs out while it is measured. */
export const ttlMs = 3_600_000
/** Entries that every cache may keep. */
export const maxEntries = 10_000

/** The key of a cache that takes strings. */
export const keyOf = (input: Input): string => JSON.stringify(input)
