import type { Entry } from '@millrace/core'

/** What a tier of `tiered()` has done since it was made. */
export interface TierWork {
  /** Entries it gave that were fresh. */
  readonly hits: number
  /** Entries it gave that were stale. */
  readonly stale: number
  /** Times it was asked and had none, or did not answer. */
  readonly misses: number
  /** Results it was given and kept. */
  readonly stored: number
  /** Entries it was given because a tier below had them. */
  readonly promotions: number
  /** Times it failed, or took too long. */
  readonly errors: number
  /** Times it was not asked because it had failed before. */
  readonly skipped: number
  /** Milliseconds of loading that its hits have spared. */
  readonly savedMs: number
}

/** Work as it grows. */
export class Work implements TierWork {
  hits = 0
  stale = 0
  misses = 0
  stored = 0
  promotions = 0
  errors = 0
  skipped = 0
  savedMs = 0

  /** It gave an entry. */
  gave({ freshUntil, loadMs }: Entry, now: number): void {
    if (now < freshUntil) this.hits += 1
    else this.stale += 1
    this.savedMs += loadMs
  }
}
