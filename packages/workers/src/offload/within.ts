import { isAborted, abortReason, onAbort } from '@millrace/core'
import type { Call } from '@millrace/core'

/**
 * Within what a task is run: a call, a signal, or what the SDK gives a handler (v1 `extra`, v2 `ctx`). It cannot be sent
 * to a thread: it stays here, and when it is aborted the task is stopped.
 */
export type TaskWithin =
  | Call
  | AbortSignal
  | { readonly signal: AbortSignal }
  | { readonly mcpReq: { readonly signal: AbortSignal } }

/** How long somebody waits for a task. */
export interface Wanted {
  readonly isOver: boolean
  readonly reason: unknown
  /** Milliseconds that are left; Infinity when there is no deadline. */
  readonly remainingMs: number
  /** Calls the listener once when nobody waits any more. Returns what stops it. */
  onOver(listener: (reason: unknown) => void): () => void
}

/** The arguments that are sent, and who waits for what comes of them: the last argument, when it says so. */
export const splitWithin = (
  all: readonly unknown[],
): readonly [args: readonly unknown[], wanted: Wanted | undefined] => {
  const wanted = all.length === 0 ? undefined : wantedBy(all.at(-1))
  return wanted === undefined ? [all, undefined] : [all.slice(0, -1), wanted]
}

const wantedBy = (last: unknown): Wanted | undefined => {
  if (last === null || typeof last !== 'object') return undefined
  if (last instanceof AbortSignal) return bySignal(last)
  const given = last as { readonly [key: string]: unknown }
  if ('operation' in given && 'deadline' in given && 'notify' in given) return byCall(last as Call)
  const signal = 'mcpReq' in given ? (given['mcpReq'] as { signal?: unknown } | null)?.signal : given['signal']
  return signal instanceof AbortSignal ? bySignal(signal) : undefined
}

const bySignal = (signal: AbortSignal): Wanted => ({
  isOver: signal.aborted,
  reason: signal.reason,
  remainingMs: Infinity,
  onOver: (listener) => {
    const run = (): void => listener(signal.reason)
    signal.addEventListener('abort', run)
    return () => signal.removeEventListener('abort', run)
  },
})

const byCall = (call: Call): Wanted => ({
  isOver: isAborted(call),
  reason: abortReason(call),
  remainingMs: call.deadline - call.clock.now(),
  onOver: (listener) => onAbort(call, listener),
})
