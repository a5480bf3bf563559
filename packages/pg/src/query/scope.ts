import { abortReason, isAborted, kindOf, onAbort } from '@millrace/core'
import type { Call } from '@millrace/core'

/** What bounds one query. */
export interface QueryOptions {
  /** The call that the query is part of: when it is cancelled or its deadline passes, the query is cancelled. */
  readonly call?: Call | undefined
  /** Aborts when nobody waits for the result any more. */
  readonly signal?: AbortSignal | undefined
  /** How long the query may run, in milliseconds. @default the pool's `queryMs` */
  readonly timeoutMs?: number | undefined
  /** It only reads: a replica may answer, and when that breaks, another server. @default false */
  readonly isReadOnly?: boolean | undefined
}

/** Within what a query runs: a call, a signal, or more than that. */
export type Within = Call | AbortSignal | QueryOptions

/** The same, understood. */
export interface Scope {
  readonly isReadOnly: boolean
  /** How long a query may run; undefined for the pool's own limit. */
  readonly timeoutMs: number | undefined
  /** How long everything may take from now on. */
  readonly remainingMs: number
  readonly isAborted: boolean
  readonly reason: unknown
  /** Calls the listener once when it is aborted. @returns what stops that; undefined when it never is */
  onAbort(listener: (reason: unknown) => void): (() => void) | undefined
}

/** @throws TypeError for what bounds nothing */
export const scopeOf = (within: Within | undefined): Scope => {
  if (within === undefined) return anyTime
  if (within === null || typeof within !== 'object')
    throw new TypeError(`query: expected a call, a signal or options, got ${kindOf(within)}`)
  if (within instanceof AbortSignal) return new OwnScope({ signal: within })
  return new OwnScope(isCall(within) ? { call: within } : within)
}

const isCall = (within: Call | QueryOptions): within is Call => 'operation' in within && 'deadline' in within

const anyTime: Scope = {
  isReadOnly: false,
  timeoutMs: undefined,
  remainingMs: Infinity,
  isAborted: false,
  reason: undefined,
  onAbort: () => undefined,
}

class OwnScope implements Scope {
  readonly isReadOnly: boolean
  readonly timeoutMs: number | undefined
  readonly #call: Call | undefined
  readonly #signal: AbortSignal | undefined

  constructor({ call, signal, timeoutMs, isReadOnly = false }: QueryOptions) {
    if (timeoutMs !== undefined && !(timeoutMs >= 0))
      throw new TypeError(`query.timeoutMs must be a number ≥ 0 or Infinity, got ${timeoutMs}`)
    this.isReadOnly = isReadOnly
    this.timeoutMs = timeoutMs
    this.#call = call
    this.#signal = signal
  }

  get remainingMs(): number {
    return this.#call === undefined ? Infinity : this.#call.deadline - this.#call.clock.now()
  }

  get isAborted(): boolean {
    return (this.#call !== undefined && isAborted(this.#call)) || this.#signal?.aborted === true
  }

  get reason(): unknown {
    return this.#call !== undefined && isAborted(this.#call) ? abortReason(this.#call) : this.#signal?.reason
  }

  onAbort(listener: (reason: unknown) => void): () => void {
    const [call, signal] = [this.#call, this.#signal]
    const onSignal = (): void => listener(signal?.reason)
    const stop = call === undefined ? undefined : onAbort(call, listener)
    signal?.addEventListener('abort', onSignal)
    return () => {
      stop?.()
      signal?.removeEventListener('abort', onSignal)
    }
  }
}
