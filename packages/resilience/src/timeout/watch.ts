import { abortReason, duration, isAborted, LinkedCancellation, RejectedError, withCall } from '@millrace/core'
import type { Call, Next, Result, Timer } from '@millrace/core'
import { events } from '../report.ts'
import { TimedOutError } from './timedOutError.ts'

/** One call with its time running. It is also what the call further in is changed by, and cancelled by. */
export class Watch extends LinkedCancellation {
  readonly deadline: number
  readonly #call: Call
  readonly #startedAt: number
  #isOver = false
  #timer: Timer | undefined
  #resolve!: (result: Result) => void
  #reject!: (error: unknown) => void

  constructor(call: Call, limitMs: number) {
    super(call)
    this.#call = call
    this.#startedAt = call.clock.now()
    this.deadline = Math.min(call.deadline, this.#startedAt + limitMs)
  }

  get cancellation(): LinkedCancellation {
    return this
  }

  run(next: Next): Promise<Result> {
    if (isAborted(this.#call)) return Promise.reject(abortReason(this.#call))
    if (this.deadline <= this.#startedAt) return Promise.reject(tooLate())
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      this.#timer = this.#call.clock.after(this.deadline - this.#startedAt, () => this.#fire())
      this.heed()
      this.#start(next)
    })
  }

  #start(next: Next): void {
    try {
      next(withCall(this.#call, this)).then(
        (result) => this.#settle() && this.#resolve(result),
        (error: unknown) => this.#settle() && this.#reject(error),
      )
    } catch (error) {
      if (this.#settle()) this.#reject(error)
    }
  }

  /** The caller does not want it any more: nobody waits, so it is settled whatever the handler does. */
  protected override cancelled(reason: unknown): void {
    if (this.#end()) this.#reject(reason)
  }

  #fire(): void {
    if (!this.#end()) return
    // Nobody further in has asked whether the caller is still there.
    const isLeft = isAborted(this.#call)
    const error = isLeft ? abortReason(this.#call) : this.#timedOut()
    this.#reject(error)
    this.abort(error)
  }

  #timedOut(): TimedOutError {
    const elapsedMs = this.#call.clock.now() - this.#startedAt
    if (events.hasSubscribers) events.publish({ type: 'timeout.fired', operation: this.#call.operation, elapsedMs })
    return new TimedOutError(
      `The call was given up because it took longer than ${duration(this.deadline - this.#startedAt)}.`,
    )
  }

  /** @returns whether it was still open. Nothing stays behind at the call. */
  #settle(): boolean {
    if (!this.#end()) return false
    this.unlink()
    return true
  }

  /** @returns whether it was still open. */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#timer?.cancel()
    return true
  }
}

const tooLate = (): RejectedError =>
  new RejectedError('The call was not started because its deadline had passed.', { code: 'ERR_DEADLINE' })
