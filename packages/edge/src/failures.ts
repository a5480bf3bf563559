import { channel, kindOf } from '@millrace/core'

/** Where errors go that no caller is to see. */
export class Failures {
  readonly #onError: ((error: unknown) => void) | undefined
  #hasWarned = false

  constructor(onError: ((error: unknown) => void) | undefined) {
    this.#onError = onError
  }

  /** What the server has failed at. @param requestId of the request that failed, where it was one */
  report(error: unknown, requestId?: string): void {
    this.tell(error, requestId)
    if (this.#onError === undefined) this.#warn(error)
  }

  /** What may be a client's doing, too: nothing to warn of. */
  tell(error: unknown, requestId?: string): void {
    const named = requestId === undefined ? {} : { requestId }
    if (events.hasSubscribers) events.publish({ type: 'edge.failed', error, ...named })
    try {
      this.#onError?.(error)
    } catch (failure) {
      // Whoever waits for an answer is not to go without for a log that fails.
      if (events.hasSubscribers) events.publish({ type: 'edge.failed', error: failure, ...named })
    }
  }

  #warn(error: unknown): void {
    if (this.#hasWarned) return
    this.#hasWarned = true
    const first = error instanceof Error ? `${error.name}: ${error.message}` : kindOf(error)
    process.emitWarning(`edge: there is no onError, so nobody hears what fails outside any call. The first: ${first}`, {
      type: 'MillraceWarning',
      code: 'MILLRACE_EDGE',
      ...(error instanceof Error && error.stack !== undefined ? { detail: error.stack } : {}),
    })
  }
}

const events = channel('edge')
