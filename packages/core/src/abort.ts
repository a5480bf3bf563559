import { cancellationOf } from './call.ts'
import type { Call } from './call.ts'
import type { LinkedCancellation } from './linked.ts'

/**
 * Calls `listener` once when the call is cancelled, at once when it already is. Returns what stops it: call that when
 * the work is done, or the listener lives as long as the call. Waiting this way does not make an `AbortSignal`, unless
 * the door has nothing but one. An error that the listener throws later is the process's to report; it keeps no other
 * listener from running.
 *
 * @param listener gets the reason of the cancellation
 */
export const onAbort = (call: Call, listener: (reason: unknown) => void): (() => void) => {
  const own = cancellationOf(call)
  return own === undefined ? listen(call.signal, listener) : own.subscribe(listener)
}

/**
 * Calls `listener` once when a middleware further out gives the call up, at once when it already has. Unlike `onAbort`
 * it may never hear of a caller who left: to know that takes a listener on a door's signal for each call, ask
 * `isAborted` instead. Returns what stops it.
 *
 * @param listener gets the reason
 */
export const onGivenUp = (call: Call, listener: (reason: unknown) => void): (() => void) => {
  const given = cancellationOf(call)
  if (given === undefined) return nothing
  const { subscribeOwn } = given as Partial<LinkedCancellation>
  return subscribeOwn === undefined ? given.subscribe(listener) : subscribeOwn.call(given, listener)
}

/** Whether the call is cancelled. Does not make an `AbortSignal`, unless the door has nothing but one. */
export const isAborted = (call: Call): boolean => cancellationOf(call)?.isAborted ?? call.signal.aborted

/** Why the call is cancelled; undefined while it is not. Does not make an `AbortSignal` either. */
export const abortReason = (call: Call): unknown => {
  const own = cancellationOf(call)
  return own === undefined ? call.signal.reason : own.reason
}

const listen = (signal: AbortSignal, listener: (reason: unknown) => void): (() => void) => {
  if (signal.aborted) {
    listener(signal.reason)
    return nothing
  }
  const run = () => listener(signal.reason)
  signal.addEventListener('abort', run)
  return () => signal.removeEventListener('abort', run)
}

const nothing = () => {}
