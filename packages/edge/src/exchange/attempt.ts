import { abortReason, isAborted, onAbort } from '@millrace/core'
import type { Call, Notification, Result } from '@millrace/core'
import type { SharedServer } from '../servers/sharedServer.ts'
import type { Answer, Delivery } from './passage.ts'

/** One way of a call through the SDK to its handler; middleware may ask for several, one after another or at once. */
export class Attempt implements Delivery {
  readonly call: Call
  outcome: Delivery['outcome']
  isOver = false
  readonly #server: SharedServer
  readonly #method: string
  readonly #resolve: (result: Result) => void
  readonly #reject: (error: unknown) => void
  readonly #stop: (() => void) | undefined
  #id = 0

  constructor(
    call: Call,
    server: SharedServer,
    method: string,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ) {
    this.call = call
    this.#server = server
    this.#method = method
    this.#resolve = resolve
    this.#reject = reject
    if (isAborted(call)) this.#abort(abortReason(call))
    else this.#stop = onAbort(call, (reason) => this.#abort(reason))
  }

  /** @param id its internal id, for when it is no longer wanted */
  sentAs(id: number): void {
    this.#id = id
  }

  answered(answer: Answer): void {
    if (!this.#end()) return
    if (answer.error === undefined) this.#resolve(this.#resultOf(answer.result))
    else if (this.outcome !== undefined && 'error' in this.outcome) this.#reject(this.outcome.error)
    else this.#reject(Object.assign(new Error(answer.error.message), answer.error))
  }

  notified(notification: Notification): Promise<void> {
    return this.isOver ? Promise.resolve() : this.call.notify(notification)
  }

  // What the SDK adds for 2026-07-28 behind the handler is added anew when the chain has answered: between the two
  // stands what middleware knows at the handler table.
  #resultOf(sent: Result): Result {
    if (!this.#server.isModern || this.outcome === undefined || !('result' in this.outcome)) return sent
    const { result } = this.outcome
    const { tools } = sent
    return this.#method === 'tools/list' && tools !== result['tools'] ? { ...result, tools } : result
  }

  #abort(reason: unknown): void {
    if (!this.#end()) return
    this.#server.transport.cancel(this.#id)
    this.#reject(reason)
  }

  #end(): boolean {
    if (this.isOver) return false
    this.isOver = true
    this.#stop?.()
    return true
  }
}
