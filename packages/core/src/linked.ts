import { abortReason, isAborted, onAbort } from './abort.ts'
import type { Call } from './call.ts'
import { cancellation } from './cancellation.ts'
import type { Cancellation } from './cancellation.ts'

/** A cancellation that is also that of a call. */
export interface LinkedCancellation extends Cancellation {
  /** What `abort` alone cancels: `onGivenUp` waits for this, at no cost to the call. */
  readonly own: Cancellation
  /** Ends the link, for when the work is done: nothing stays behind at the call. What was aborted stays so. */
  unlink(): void
}

/**
 * A cancellation that is aborted by itself or with a call, for what `next` is given: `isAborted` and `reason` ask the
 * call, and only when something reads `signal` or subscribes does the link listen to it. So a middleware that may give
 * up on calls costs no listener on a door's signal while nobody wants to know. Whoever makes it ends it with `unlink`.
 *
 * @param onCancel called after the call has cancelled it, which is known at once only while the link listens
 */
export const linked = (call: Call, onCancel?: (reason: unknown) => void): LinkedCancellation => new Link(call, onCancel)

class Link implements LinkedCancellation {
  readonly own: Cancellation = cancellation()
  readonly #onCancel: ((reason: unknown) => void) | undefined
  #call: Call | undefined
  #stopListening: (() => void) | undefined

  constructor(call: Call, onCancel: ((reason: unknown) => void) | undefined) {
    this.#call = call
    this.#onCancel = onCancel
  }

  get isAborted(): boolean {
    return this.own.isAborted || (this.#call !== undefined && isAborted(this.#call))
  }

  get reason(): unknown {
    return this.own.isAborted || this.#call === undefined ? this.own.reason : abortReason(this.#call)
  }

  get signal(): AbortSignal {
    this.#listen()
    return this.own.signal
  }

  abort(reason?: unknown): void {
    const call = this.#call
    this.unlink()
    this.own.abort(call !== undefined && isAborted(call) ? abortReason(call) : reason)
  }

  subscribe(listener: (reason: unknown) => void): () => void {
    this.#listen()
    return this.own.subscribe(listener)
  }

  unlink(): void {
    this.#stopListening?.()
    this.#stopListening = this.#call = undefined
  }

  #listen(): void {
    if (this.#call === undefined || this.#stopListening !== undefined) return
    this.#stopListening = nothing
    const stop = onAbort(this.#call, (reason) => {
      this.abort(reason)
      this.#onCancel?.(reason)
    })
    // Undefined where the call was cancelled already.
    if (this.#stopListening !== undefined) this.#stopListening = stop
  }
}

const nothing = () => {}
