import { abortReason, isAborted, onAbort, onGivenUp } from './abort.ts'
import { cancellationOf } from './call.ts'
import type { Call } from './call.ts'
import { LazyCancellation } from './cancellation.ts'

/**
 * A cancellation that is aborted by itself or with a call, for what `next` is given: `isAborted` and `reason` ask the
 * call, and only when something reads `signal` or subscribes does it listen to it. So a middleware that may give up on
 * calls costs no listener on a door's signal while nobody wants to know. Whoever makes it ends it with `unlink`.
 *
 * A class to be extended by what a middleware has for each call anyway, which then is the cancellation as well.
 */
export class LinkedCancellation extends LazyCancellation {
  #call: Call | undefined
  #stopListening: (() => void) | undefined
  /** Whether it is told of all that cancels the call. */
  #hearsAll = false

  constructor(call: Call) {
    super()
    this.#call = call
  }

  override get isAborted(): boolean {
    return super.isAborted || (this.#call !== undefined && isAborted(this.#call))
  }

  override get reason(): unknown {
    return super.isAborted || this.#call === undefined ? super.reason : abortReason(this.#call)
  }

  override get signal(): AbortSignal {
    this.#listen()
    return super.signal
  }

  override abort(reason?: unknown): void {
    const call = this.#call
    this.unlink()
    super.abort(call !== undefined && isAborted(call) ? abortReason(call) : reason)
  }

  override subscribe(listener: (reason: unknown) => void): () => void {
    this.#listen()
    return super.subscribe(listener)
  }

  /** As `subscribe`, for what `abort` alone cancels: `onGivenUp` waits for this, at no cost to the call. */
  subscribeOwn(listener: (reason: unknown) => void): () => void {
    return super.subscribe(listener)
  }

  /** Is aborted from now on as soon as middleware further out gives the call up, which costs no listener on a signal. */
  heed(): void {
    const call = this.#call
    if (call === undefined || this.#stopListening !== undefined) return
    // Whoever can be asked, and has nothing further out, says all there is to hear.
    const given = cancellationOf(call)
    this.#hearsAll = given !== undefined && !('subscribeOwn' in given)
    this.#hear(onGivenUp, call)
  }

  /** Ends the link, for when the work is done: nothing stays behind at the call. What was aborted stays so. */
  unlink(): void {
    this.#stopListening?.()
    this.#stopListening = this.#call = undefined
  }

  /** The call has cancelled it, which is known at once only while it listens. @param reason the call's */
  protected cancelled(_reason: unknown): void {}

  #listen(): void {
    if (this.#call === undefined || this.#hearsAll) return
    this.#hearsAll = true
    this.#stopListening?.()
    this.#hear(onAbort, this.#call)
  }

  #hear(listen: typeof onAbort, call: Call): void {
    this.#stopListening = nothing
    const stop = listen(call, (reason) => {
      this.abort(reason)
      this.cancelled(reason)
    })
    // Undefined where the call was cancelled already.
    if (this.#stopListening !== undefined) this.#stopListening = stop
  }
}

/**
 * A cancellation that is aborted by itself or with a call.
 *
 * @param onCancel called after the call has cancelled it, which is known at once only while the link listens
 */
export const linked = (call: Call, onCancel?: (reason: unknown) => void): LinkedCancellation =>
  onCancel === undefined ? new LinkedCancellation(call) : new ToldCancellation(call, onCancel)

class ToldCancellation extends LinkedCancellation {
  readonly #onCancel: (reason: unknown) => void

  constructor(call: Call, onCancel: (reason: unknown) => void) {
    super(call)
    this.#onCancel = onCancel
  }

  protected override cancelled(reason: unknown): void {
    this.#onCancel(reason)
  }
}

const nothing = () => {}
