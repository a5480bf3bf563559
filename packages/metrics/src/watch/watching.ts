import { systemClock } from '@millrace/core'
import type { Clock } from '@millrace/core'
import type { Reader } from './readers.ts'

/** Asks everything that is watched once for each scrape, however many metrics are made from it. */
export class Watching {
  readonly #readers = new Set<Reader>()
  readonly #clock: Clock
  #asking: Promise<void> | undefined

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** Returns what stops it. */
  add(readers: readonly Reader[]): () => void {
    for (const reader of readers) this.#readers.add(reader)
    return () => {
      for (const reader of readers) this.#readers.delete(reader)
    }
  }

  /** Resolves when all have answered, or have taken too long: a scrape waits for nobody who hangs. Never rejects. */
  read(): Promise<void> | undefined {
    if (this.#readers.size === 0) return undefined
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  async #ask(): Promise<void> {
    let stop = (): void => {}
    const late = new Promise<void>((resolve) => {
      const timer = this.#clock.after(patienceMs, resolve)
      stop = () => timer.cancel()
    })
    // What cannot say how it is keeps its last numbers; whether it is up is another metric's matter.
    const all = [...this.#readers].map(async (reader) => reader())
    await Promise.race([Promise.allSettled(all), late])
    stop()
  }
}

const patienceMs = 1000
