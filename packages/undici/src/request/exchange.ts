import { MillraceError } from '@millrace/core'
import type { Dispatcher } from 'undici'
import type { HttpHeaders } from '../response.ts'
import { failureOf } from './failure.ts'
import type { Stoppable } from './life.ts'

/** What takes an answer. */
export interface Receiver {
  /** Its status and headers; not those of interim answers. */
  head(status: number, headers: HttpHeaders, exchange: Flow): void
  /** A piece of its body. */
  piece(bytes: Buffer): void
  /** There are no more. */
  end(): void
  /** There will be no more. */
  fail(error: unknown): void
}

/** How an answer comes. */
export interface Flow extends Stoppable {
  /** Sends no more pieces for the time being. */
  pause(): void
  resume(): void
  /** What has come is enough: the rest is not waited for, and the connection is given up. */
  cut(): void
}

/** One request on one connection. It is answered or given up once, and ends when undici has let go of it. */
export class Exchange implements Dispatcher.DispatchHandler, Flow {
  readonly #receiver: Receiver
  readonly #onEnd: () => void
  #controller: Dispatcher.DispatchController | undefined
  #isSettled = false
  #isEnded = false

  /** @param onEnd undici has let go of it, which may be later than its answer */
  constructor(receiver: Receiver, onEnd: () => void) {
    this.#receiver = receiver
    this.#onEnd = onEnd
  }

  giveUp(reason: unknown): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#receiver.fail(reason)
    this.#controller?.abort(unwanted)
  }

  cut(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#receiver.end()
    this.#controller?.abort(unwanted)
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Nobody waits any more since before there was a connection.
    if (this.#isSettled) controller.abort(unwanted)
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: HttpHeaders): void {
    if (status >= 200 && !this.#isSettled) this.#receiver.head(status, headers, this)
  }

  onResponseData(_: Dispatcher.DispatchController, bytes: Buffer): void {
    if (!this.#isSettled) this.#receiver.piece(bytes)
  }

  onResponseEnd(): void {
    this.#end()
    if (this.#isSettled) return
    this.#isSettled = true
    this.#receiver.end()
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: unknown): void {
    this.#end()
    if (this.#isSettled) return
    this.#isSettled = true
    this.#receiver.fail(failureOf(error, this.#controller !== undefined))
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#onEnd()
  }
}

const unwanted = new MillraceError('The HTTP request is no longer wanted.', { code: 'ERR_HTTP_UNWANTED' })
