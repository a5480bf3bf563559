import type { StoreStats } from '@millrace/core'

/** What the cache did for one operation, or in all; counts since it was made. */
export interface Counts {
  /** Calls answered with a fresh result. */
  readonly hits: number
  /** Calls answered with a stale result. */
  readonly stale: number
  /** Calls that started a load. */
  readonly misses: number
  /** Calls that waited for a load another call had started. */
  readonly joined: number
  /** Loads in the background. */
  readonly refreshes: number
  /** Results that the store has taken. */
  readonly stored: number
  /** Calls and results that the cache let pass because it must not, or cannot, keep them. */
  readonly bypassed: number
  /** Loads that failed, and faults of the store. */
  readonly errors: number
  /** Milliseconds of loading that hits and stale answers have spared. */
  readonly savedMs: number
}

/** What a place where entries live did for this cache, and what it holds now. Zero when it does not answer. */
export interface TierCounts extends StoreStats, Pick<Counts, 'hits' | 'stale' | 'stored' | 'savedMs'> {
  /** Of one of several: how often it was asked and had none. */
  readonly misses?: number
  /** Of one of several: entries it was given because one below had them. */
  readonly promotions?: number
  /** Of one of several: how often it failed, or took too long. */
  readonly errors?: number
  /** Of one of several: how often it was not asked because it had failed before. */
  readonly skipped?: number
}

/** Everything `stats()` says; what the store says of itself is zero when it does not answer. */
export interface CacheStats extends Counts, StoreStats {
  /** By operation; of more than a thousand, the rest as `other`. */
  readonly operations: { readonly [operation: string]: Counts }
  /** By the name of the store, as events say it: `memory`; those of `tiered()` each. */
  readonly tiers: { readonly [tier: string]: TierCounts }
}

/** Counts as they grow. */
export class Counters implements Counts {
  hits = 0
  stale = 0
  misses = 0
  joined = 0
  refreshes = 0
  stored = 0
  bypassed = 0
  errors = 0
  savedMs = 0
}

/** The counters of all operations, bounded in number. */
export class Statistics {
  readonly #operations = new Map<string, Counters>()

  of(operation: string): Counters {
    let counters = this.#operations.get(operation)
    if (counters === undefined) {
      const name = this.#operations.size < mostOperations ? operation : rest
      counters = this.#operations.get(name) ?? new Counters()
      this.#operations.set(name, counters)
    }
    return counters
  }

  get total(): Counts {
    const total = new Counters()
    for (const counters of this.#operations.values()) {
      for (const name of Object.keys(total) as Array<keyof Counts>) total[name] += counters[name]
    }
    return { ...total }
  }

  get operations(): { readonly [operation: string]: Counts } {
    return Object.fromEntries([...this.#operations].map(([operation, counters]) => [operation, { ...counters }]))
  }
}

const mostOperations = 1000
const rest = 'other'
