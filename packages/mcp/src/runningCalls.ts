import type { ServerCall } from './serverCall.ts'

/** The calls whose handlers run: each is there as long as any attempt of it, of which there may be several at once. */
export class RunningCalls {
  readonly #attempts = new Map<ServerCall, number>()

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

  /** The server has put a question to its client, for whichever of them. */
  haveAsked(): void {
    for (const call of this.#attempts.keys()) call.hasAsked = true
  }
}
