import { pauseStacks, resumeStacks } from './stack.ts'
import { uncaught } from './uncaught.ts'

/** Says once that work is no longer wanted. The `AbortSignal` is made only when something reads it. */
export interface Cancellation {
  /** Whether `abort` has been called. Costs nothing to ask. */
  readonly isAborted: boolean
  /** What `abort` was given; undefined before. */
  readonly reason: unknown
  /** The same as a standard signal, made on first read. */
  readonly signal: AbortSignal
  /**
   * Aborts; the second time does nothing. A listener that throws is the process's to report: the others still run,
   * and whoever aborts never sees the error.
   *
   * @param reason what listeners and the signal get. @default a DOMException named `AbortError`, without a stack
   */
  abort(reason?: unknown): void
  /**
   * Calls `listener` once, when aborted; at once when that has happened. Listeners run in the order in which they
   * subscribed, after those of `signal`. Returns what stops it; calling that again does nothing.
   */
  subscribe(listener: (reason: unknown) => void): () => void
}

/**
 * A cancellation that costs one object until somebody listens, and another for each listener: 0.02 µs with a listener
 * that comes and goes. The same with an `AbortController` costs 0.25 µs on Node 24 and 4 µs on Node 20.
 */
export const cancellation = (): Cancellation => new LazyCancellation()

export class LazyCancellation implements Cancellation {
  #isAborted = false
  #reason: unknown = undefined
  #controller: AbortController | undefined
  #first: Subscription | undefined
  #last: Subscription | undefined

  get isAborted(): boolean {
    return this.#isAborted
  }

  get reason(): unknown {
    return this.#reason
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isAborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: unknown = abortError()): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
    for (let at = this.#first; at !== undefined; at = at.following) at.run(reason)
  }

  subscribe(listener: (reason: unknown) => void): () => void {
    if (this.#isAborted) {
      listener(this.#reason)
      return nothing
    }
    const added = new Subscription(listener)
    added.previous = this.#last
    if (this.#last === undefined) this.#first = added
    else this.#last.following = added
    this.#last = added
    return () => this.#remove(added)
  }

  #remove(subscription: Subscription): void {
    if (!subscription.stop()) return
    const { previous, following } = subscription
    if (previous === undefined) this.#first = following
    else previous.following = following
    if (following === undefined) this.#last = previous
    else following.previous = previous
  }
}

// A linked list: many calls may wait for one cancellation, and each must be able to stop waiting in constant time.
class Subscription {
  previous: Subscription | undefined
  following: Subscription | undefined
  #listener: ((reason: unknown) => void) | undefined

  constructor(listener: (reason: unknown) => void) {
    this.#listener = listener
  }

  run(reason: unknown): void {
    const listener = this.#listener
    this.#listener = undefined
    try {
      listener?.(reason)
    } catch (error) {
      uncaught(error)
    }
  }

  /** @returns whether it was still waiting. */
  stop(): boolean {
    const isWaiting = this.#listener !== undefined
    this.#listener = undefined
    return isWaiting
  }
}

const abortError = (): DOMException => {
  const limit = pauseStacks()
  const error = new DOMException('The call was cancelled.', 'AbortError')
  resumeStacks(limit)
  return error
}

const nothing = () => {}
