import type { Clock } from '@millrace/core'
import { clockOf, notify, progressTokenOf } from '../caller.ts'
import type { Caller } from '../caller.ts'
import { events } from '../report.ts'

/** Tells a caller how far its work is, when it wants to know: at most ten times a second, and at the end. */
export class Progress {
  readonly #caller: Caller
  readonly #token: string | number
  readonly #clock: Clock
  #said = 0
  #saidAt = -Infinity

  private constructor(caller: Caller, token: string | number) {
    this.#caller = caller
    this.#token = token
    this.#clock = clockOf(caller)
  }

  /** Undefined when nobody wants to know: the request carries no progress token. */
  static for(caller: Caller | undefined): Progress | undefined {
    const token = caller === undefined ? undefined : progressTokenOf(caller)
    return caller === undefined || token === undefined ? undefined : new Progress(caller, token)
  }

  /**
   * @param total undefined while nobody knows
   * @param message read when it is sent only
   */
  reached(done: number, total: number | undefined, message?: () => string | undefined): void {
    const now = this.#clock.now()
    // The protocol wants it to grow each time.
    if (done === this.#said || (done !== total && now - this.#saidAt < intervalMs)) return
    this.#said = done
    this.#saidAt = now
    const text = message && wordsOf(message)
    notify(this.#caller, {
      method: 'notifications/progress',
      params: {
        progressToken: this.#token,
        progress: done,
        ...(total === undefined ? {} : { total }),
        ...(text === undefined ? {} : { message: text }),
      },
    })
  }
}

// What it says of the work must not end the work.
const wordsOf = (message: () => string | undefined): string | undefined => {
  try {
    return message()
  } catch (error) {
    if (events.hasSubscribers) events.publish({ type: 'mapLimit.messageFailed', error })
    return undefined
  }
}

const intervalMs = 100
