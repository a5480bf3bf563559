import { abortReason, asMiddleware, isAborted, linked, onAbort, withCall } from '@millrace/core'
import type { Call, LinkedCancellation, Middleware, Next, Result } from '@millrace/core'
import { cutShort, ShuttingDownError } from './shuttingDownError.ts'

/** What calls pass on their way in, so that the last one can be waited for. */
export interface Gate extends Middleware {
  readonly stage: 'gate'
}

/** What a gate asks before it lets a call in. */
export interface Keeper {
  /** Undefined when calls may enter, else what they wait for; it rejects with what refuses them. */
  entry(): Promise<void> | undefined
}

/** The calls that are running, and whether more may come. */
export class Passage {
  readonly gate: Gate
  readonly #running = new Set<Passing>()
  #isShut = false
  #refused = 0
  #onEmpty: (() => void) | undefined

  constructor(keeper: Keeper) {
    this.gate = asMiddleware((call, next) => this.#pass(keeper, call, next), { stage: 'gate' })
  }

  /** Calls that have entered and have no answer yet. */
  get running(): number {
    return this.#running.size
  }

  /** Calls refused since it was shut. */
  get refused(): number {
    return this.#refused
  }

  /** Refuses calls from now on. @returns when none is running any more */
  shut(): Promise<void> {
    this.#isShut = true
    return new Promise((resolve) => {
      if (this.#running.size === 0) resolve()
      else this.#onEmpty = resolve
    })
  }

  /** Gives up what is still running: callers are answered, handlers are told by their signal. @returns how many */
  cut(): number {
    const cut = [...this.#running]
    for (const passing of cut) passing.giveUp(cutShort())
    return cut.length
  }

  #pass(keeper: Keeper, call: Call, next: Next): Promise<Result> {
    if (this.#isShut) return this.#refuse()
    const entry = keeper.entry()
    if (entry === undefined) return this.#enter(call, next)
    return waitFor(entry, call).then(() => (this.#isShut ? this.#refuse() : this.#enter(call, next)))
  }

  #enter(call: Call, next: Next): Promise<Result> {
    if (isAborted(call)) return Promise.reject(abortReason(call))
    const passing = new Passing(call, () => this.#leave(passing))
    this.#running.add(passing)
    return passing.run(next)
  }

  #leave(passing: Passing): void {
    this.#running.delete(passing)
    if (this.#running.size === 0) this.#onEmpty?.()
  }

  #refuse(): Promise<never> {
    this.#refused += 1
    return Promise.reject(new ShuttingDownError('The server is shutting down and takes no more calls.'))
  }
}

/** One call inside. It is also what the call further in is changed by. */
class Passing {
  readonly cancellation: LinkedCancellation
  readonly #call: Call
  readonly #onEnd: () => void
  #isOver = false
  #resolve!: (result: Result) => void
  #reject!: (error: unknown) => void

  constructor(call: Call, onEnd: () => void) {
    this.#call = call
    this.cancellation = linked(call)
    this.#onEnd = onEnd
  }

  run(next: Next): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
      try {
        next(withCall(this.#call, this)).then(
          (result) => this.#settle() && this.#resolve(result),
          (error: unknown) => this.#settle() && this.#reject(error),
        )
      } catch (error) {
        if (this.#settle()) this.#reject(error)
      }
    })
  }

  giveUp(error: Error): void {
    if (!this.#end()) return
    this.#reject(error)
    this.cancellation.abort(error)
  }

  /** @returns whether it was still open. */
  #end(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#onEnd()
    return true
  }

  /** @returns whether it was still open. Nothing stays behind at the call. */
  #settle(): boolean {
    if (!this.#end()) return false
    this.cancellation.unlink()
    return true
  }
}

const waitFor = (entry: Promise<void>, call: Call): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = onAbort(call, reject)
    entry.then(resolve, reject).finally(stop)
  })
