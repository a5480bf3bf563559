import { abortReason, isAborted, onAbort } from '@millrace/core'
import type { Clock, Timer } from '@millrace/core'
import { HttpTimedOutError, tooLate } from '../errors.ts'
import type { HttpRequestOptions } from './options.ts'

/** What a request is doing at the moment, and can be told to stop. */
export interface Stoppable {
  giveUp(reason: unknown): void
}

/** How long a request is wanted: until it ends, its call or signal is aborted, or its time is over. */
export class Life {
  /** What it is doing. */
  doing: Stoppable | undefined
  isOver = false
  reason: unknown
  readonly #timer: Timer | undefined
  #stopCall: (() => void) | undefined
  #signal: AbortSignal | undefined

  /** @throws the reason why it is not wanted at all; RejectedError when its call has no time left */
  constructor({ call, signal, timeoutMs }: HttpRequestOptions, requestMs: number, clock: Clock) {
    if (call !== undefined && isAborted(call)) throw abortReason(call)
    if (signal?.aborted === true) throw signal.reason
    const remainingMs = call === undefined ? Infinity : call.deadline - call.clock.now()
    if (remainingMs <= 0) throw tooLate()
    const ms = Math.min(timeoutMs ?? requestMs, remainingMs)
    if (ms < Infinity) this.#timer = clock.after(ms, () => this.over(late(ms)))
    if (call !== undefined) this.#stopCall = onAbort(call, (reason) => this.over(reason))
    if (signal === undefined) return
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
  }

  /** Nobody wants it any more. */
  over(reason: unknown): void {
    if (this.isOver) return
    this.reason = reason
    this.end()
    this.doing?.giveUp(reason)
  }

  /** It has ended. */
  end(): void {
    this.isOver = true
    this.#timer?.cancel()
    this.#stopCall?.()
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.over(this.#signal?.reason)
}

const late = (ms: number): HttpTimedOutError =>
  new HttpTimedOutError(`The HTTP request took longer than ${Math.round(ms)} ms and has been given up.`)
