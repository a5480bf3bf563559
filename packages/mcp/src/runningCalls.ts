import { requestIdOf } from './context.ts'
import type { ServerCall } from './serverCall.ts'

/** The calls whose handlers run: each is there as long as any attempt of it, of which there may be several at once. */
export class RunningCalls {
  readonly #attempts = new Map<ServerCall, number>()
  /** Above 0 while a question is on its way to the SDK whose call is known. */
  #sending = 0

  /** How many calls there are. */
  get size(): number {
    return this.#attempts.size
  }

  /** An attempt of the call begins. */
  add(call: ServerCall): void {
    this.#attempts.set(call, (this.#attempts.get(call) ?? 0) + 1)
  }

  /** An attempt of the call has ended. */
  delete(call: ServerCall): void {
    const left = (this.#attempts.get(call) ?? 0) - 1
    if (left > 0) this.#attempts.set(call, left)
    else this.#attempts.delete(call)
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
    const calls = [...this.#attempts.keys()]
    const related = id === undefined ? [] : calls.filter(({ sdk }) => requestIdOf(sdk) === id)
    for (const call of related.length > 0 ? related : calls) call.hasAsked = true
  }
}

// The options come second or third: SDK v1 wants a schema of the result before them.
const relatedId = (argument: unknown): unknown =>
  (argument as { readonly relatedRequestId?: unknown } | null | undefined)?.relatedRequestId
