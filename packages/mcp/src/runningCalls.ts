import { requestIdOf } from './context.ts'
import type { ServerCall } from './serverCall.ts'

/**
 * The calls whose handlers run: each is there as long as any attempt of it, of which there may be several at once. A
 * linked list and no `Map`: one that many things pass through leaves old tables behind, which keep all of them alive
 * until the next full garbage collection.
 */
export class RunningCalls {
  #first: ServerCall | undefined
  /** Above 0 while a question is on its way to the SDK whose call is known. */
  #sending = 0

  /** How many calls there are. */
  get size(): number {
    return this.#all().length
  }

  /** An attempt of the call begins. */
  add(call: ServerCall): void {
    call.attempts += 1
    if (call.attempts > 1) return
    call.following = this.#first
    if (this.#first !== undefined) this.#first.previous = call
    this.#first = call
  }

  /** An attempt of the call has ended. */
  delete(call: ServerCall): void {
    call.attempts -= 1
    if (call.attempts > 0) return
    if (call.previous === undefined) this.#first = call.following
    else call.previous.following = call.following
    if (call.following !== undefined) call.following.previous = call.previous
    call.previous = call.following = undefined
  }

  /** Sends a question of this call's to the client. */
  ask(call: ServerCall, send: () => unknown): unknown {
    call.hasAsked = true
    this.#sending += 1
    try {
      return send()
    } finally {
      this.#sending -= 1
    }
  }

  /**
   * The server puts a question to its client. It belongs to the call whose handler asks through its context or names
   * the request; to any of them where nothing says to which.
   *
   * @param args those of the SDK's `request`
   */
  haveAsked(args: readonly unknown[]): void {
    if (this.#sending > 0) return
    const id = args.map(relatedId).find((one) => one !== undefined)
    const calls = this.#all()
    const related = id === undefined ? [] : calls.filter(({ sdk }) => requestIdOf(sdk) === id)
    for (const call of related.length > 0 ? related : calls) call.hasAsked = true
  }

  #all(): readonly ServerCall[] {
    const calls: ServerCall[] = []
    for (let call = this.#first; call !== undefined; call = call.following) calls.push(call)
    return calls
  }
}

// The options come second or third: SDK v1 wants a schema of the result before them.
const relatedId = (argument: unknown): unknown =>
  (argument as { readonly relatedRequestId?: unknown } | null | undefined)?.relatedRequestId
