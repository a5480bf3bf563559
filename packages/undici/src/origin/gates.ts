import type { Settings } from '../options.ts'
import type { Tally } from '../tally.ts'
import { Gate } from './gate.ts'

/** The gates of origins. Those that nobody needs are dropped now and then, so that any number of origins may come. */
export class Gates {
  readonly #byOrigin = new Map<string, Gate>()
  readonly #settings: Settings
  readonly #tally: Tally

  constructor(settings: Settings, tally: Tally) {
    this.#settings = settings
    this.#tally = tally
  }

  of(origin: string): Gate {
    let gate = this.#byOrigin.get(origin)
    if (gate === undefined) {
      if (this.#byOrigin.size >= keptUnused) this.#sweep()
      gate = new Gate(origin, this.#settings, this.#tally)
      this.#byOrigin.set(origin, gate)
    }
    return gate
  }

  /** Each origin with its gate. */
  all(): IterableIterator<[string, Gate]> {
    return this.#byOrigin.entries()
  }

  #sweep(): void {
    for (const [origin, gate] of this.#byOrigin) if (gate.isUnused) this.#byOrigin.delete(origin)
  }
}

const keptUnused = 64
