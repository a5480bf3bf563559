import { abortReason, duration, isAborted, linked, onGivenUp, RejectedError, withCall } from '@millrace/core'
import type { Call, LinkedCancellation, Next, Result, Timer } from '@millrace/core'
import { events } from '../report.ts'
import { TimedOutError } from './timedOutError.ts'

/** One call with its time running. It is also what the call further in is changed by. */
export class Watch {
  readonly deadline: number
  readonly #call: Call
  readonly #startedAt: number
  #isOver = false
  /** Why it was given up. */
  #reason: { readonly error: unknown } | undefined
  #cancellation: LinkedCancellation | undefined
  #timer: Timer | undefined
  #stopListening: (() => void) | undefined
  #resolve!: (result: Result) => void
  #reject!: (error: unknown) => void

  constructor(call: Call, limitMs: number) {
    this.#call = call
    this.#startedAt = call.clock.now()
    this.deadline = Math.min(call.deadline, this.#startedAt + limitMs)
  }

  /** Made when something further in asks for it, which is also when the call is long over. */
  get cancellation(): LinkedCancellation {
    if (this.#cancellation === undefined) {
      this.#cancellation = linked(this.#call, (reason) => this.#end() && this.#reject(reason))
      if (this.#isOver) this.#cancellation.unlink()
      if (this.#reason !== undefined) this.#cancellation.abort(this.#reason.error)
    }
    return this.#cancellation
  }

  run(next: Next): Promise<Result> {
    if (isAborted(this.#call)) return Promise.reject(abortReason(this.#call))
    if (this.deadline <= this.#startedAt) return Promise.reject(tooLate())
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#timer = this.#call.clock.after(this.deadline - this.#startedAt, () => this.#fire())
      this.#stopListening = onGivenUp(this.#call, (reason) => this.#cancel(reason))
      this.#start(next)
    })
  }

  #start(next: Next): void {
    try {
      next(withCall(this.#call, this)).then(
        (result) => this.#end() && this.#resolve(result),
        (error: unknown) => this.#end() && this.#reject(error),
      )
    } catch (error) {
      if (this.#end()) this.#reject(error)
    }
  }

  /** The caller does not want it any more: nobody waits, so it is settled whatever the handler does. */
  #cancel(reason: unknown): void {
    if (!this.#end()) return
    this.#reject(reason)
    this.#abort(reason)
  }

  #fire(): void {
    // Nobody further in has asked whether the caller is still there.
    if (isAborted(this.#call)) return this.#cancel(abortReason(this.#call))
    if (!this.#end()) return
    const elapsedMs = this.#call.clock.now() - this.#startedAt
    const error = new TimedOutError(
      `The call was given up because it took longer than ${duration(this.deadline - this.#startedAt)}.`,
    )
    this.#reject(error)
    if (events.hasSubscribers) events.publish({ type: 'timeout.fired', operation: this.#call.operation, elapsedMs })
    this.#abort(error)
  }

  #abort(error: unknown): void {
    this.#reason = { error }
    this.#cancellation?.abort(error)
  }

  /** @returns whether it was still open. */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#timer?.cancel()
    this.#stopListening?.()
    this.#cancellation?.unlink()
    return true
  }
}

const tooLate = (): RejectedError =>
  new RejectedError('The call was not started because its deadline had passed.', { code: 'ERR_DEADLINE' })
