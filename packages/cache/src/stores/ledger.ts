import { matches } from '@millrace/core'
import type { Match, Matched } from '@millrace/core'

/** What was dropped: one key, or all that matches. */
export type Drop = { readonly key: string } | { readonly match: Match }

/**
 * Remembers the latest invalidations, so that what was begun before one of them (a load, a lookup, a write) is not
 * taken for current after it. It knows the last thousand; of anything begun before those it assumes the worst.
 */
export class Ledger {
  readonly #drops: Drop[] = []
  #count = 0

  /** A moment to ask about later: how many invalidations there have been. */
  get mark(): number {
    return this.#count
  }

  record(drop: Drop): void {
    this.#drops[this.#count % size] = drop
    this.#count += 1
  }

  /** Whether an invalidation since `mark` covers this, or may cover it while its tags are not known. */
  hasDropped(mark: number, key: string, kept: Matched): boolean {
    if (mark === this.#count) return false
    if (this.#count - mark > size) return true
    for (let at = mark; at < this.#count; at += 1) {
      const drop = this.#drops[at % size] as Drop
      if ('key' in drop ? drop.key === key : matches(drop.match, kept)) return true
    }
    return false
  }
}

const size = 1000
