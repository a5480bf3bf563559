import type { MemoryLevel, Resource } from '@millrace/core'
import { Guard } from './guard.ts'
import { settingsOf } from './options.ts'
import type { MemoryGuardOptions } from './options.ts'
import type { MemoryReading } from './reading.ts'

/** How short memory is, as of the last look. Before the start and after the end it is not. */
export interface MemoryGuard {
  readonly level: MemoryLevel
  /** Which part of its limit is taken, of whatever is closest to it; from 0. */
  readonly ratio: number
  /** What was read. Reads anew before the start. */
  readonly reading: MemoryReading
  /**
   * The same for `loadSignals({ pressure })` of `@millrace/queue`: 0 up to `highRatio`, a third at `criticalRatio`, 1 at
   * the limit; in between it grows evenly. Bound: hand it over as it is.
   */
  readonly pressure: () => number
}

/** A guard of memory, as a resource for `lifespan`. */
export interface MemoryGuardResource extends MemoryGuard, Resource<MemoryGuard> {}

/**
 * Watches the memory of the process, of its heap and of its control group. While it is short, what is named in `shrink`
 * holds less, and `pressure` tells a queue to refuse what matters least. The level goes up at once, and down when memory
 * has been well below for a while. It looks while its lifespan lives, and keeps nothing alive.
 *
 * @throws TypeError when an option makes no sense
 */
export const memoryGuard = (options: MemoryGuardOptions = {}): MemoryGuardResource => new Guard(settingsOf(options))
