import type { Clock } from '@millrace/core'
import type { Source } from './plan.ts'

/** What an attempt to open a connection came to. */
export type Opened<Item> = ({ readonly item: Item } | { readonly error: unknown }) & { readonly elapsedMs: number }

/**
 * Opens connections, and knows when that may be tried. While a pool has some, a failure (too many connections, say)
 * keeps it from trying again for a while: 0.1 s, doubled up to 10 s, with a quarter of jitter. When it has none, callers
 * decide: one attempt at a time serves all who wait.
 */
export class Opening<Item> {
  /** Attempts whose outcome the pool has not dealt with. */
  pending = 0
  /** The last attempt failed, and nothing is open. */
  isDown = false
  /** What the last attempt failed with. */
  error: unknown
  readonly #source: Source<Item>
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #failures = 0
  #notBefore = -Infinity

  constructor(source: Source<Item>, clock: Clock, signal: AbortSignal) {
    this.#source = source
    this.#clock = clock
    this.#signal = signal
  }

  /** Milliseconds until an attempt that nobody waits for makes sense. */
  get pauseMs(): number {
    return Math.max(0, this.#notBefore - this.#clock.now())
  }

  /** Whether to try now for somebody who waits. @param open connections that there are */
  mayTry(open: number): boolean {
    return this.#failures === 0 || (open === 0 ? this.pending === 0 : this.pauseMs === 0)
  }

  /** Tries to open one. Never rejects. The pool takes it off `pending` when it has counted what came of it. */
  async attempt(onLost: (error: unknown) => void): Promise<Opened<Item>> {
    const startedAt = this.#clock.now()
    this.pending += 1
    try {
      const item = await this.#source.open(this.#signal, onLost)
      this.#failures = 0
      this.#notBefore = -Infinity
      this.isDown = false
      this.error = undefined
      return { item, elapsedMs: this.#clock.now() - startedAt }
    } catch (error) {
      const pauseMs = Math.min(longestMs, shortestMs * 2 ** Math.min(this.#failures, 10))
      this.#failures += 1
      this.error = error
      this.#notBefore = this.#clock.now() + pauseMs * (1 - Math.random() / 4)
      return { error, elapsedMs: this.#clock.now() - startedAt }
    }
  }
}

const shortestMs = 100
const longestMs = 10_000
