import type { Span } from './measures.ts'
import type { Reading } from './reading.ts'

/** The readings of a window of time, as many as were made in it and the one before. */
export class Window {
  readonly #windowMs: number
  readonly #readings: Array<{ readonly at: number; readonly reading: Reading }> = []

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  /** Takes a reading. Returns what has happened since the window began. */
  add(at: number, reading: Reading): Span {
    const all = this.#readings
    const last = all.at(-1)?.reading
    // Numbers that have been reset begin anew.
    if (last !== undefined && isReset(last, reading)) all.length = 0
    all.push({ at, reading })
    while (all.length > 2 && all[1]!.at <= at - this.#windowMs) all.shift()
    return { before: all[0]!.reading, now: reading, pools: this.#pools() }
  }

  #pools(): Map<string, number> {
    const sums = new Map<string, { sum: number; count: number }>()
    for (const { reading } of this.#readings) {
      for (const [pool, use] of reading.pools) {
        const known = sums.get(pool) ?? { sum: 0, count: 0 }
        sums.set(pool, { sum: known.sum + use, count: known.count + 1 })
      }
    }
    return new Map(Array.from(sums, ([pool, { sum, count }]) => [pool, sum / count]))
  }
}

const isReset = (before: Reading, now: Reading): boolean =>
  now.succeeded < before.succeeded || now.failed < before.failed || now.lookups < before.lookups
