import type { Call, Result } from './call.ts'
import { parentOf } from './call.ts'

/**
 * The error that a handler threw and that an SDK turned into an `isError` result. Asked of a result it is exactly
 * that result's; asked of a call it is that of the call's last failed attempt, also when a later attempt went well.
 * Undefined when nothing was thrown.
 */
export const causeOf = (of: Call | Result): unknown => causes.get(of)?.error

/** Remembers that `result`, the answer to `call`, stands for `error`. For doors. */
export const keepCause = (call: Call, result: Result, error: unknown): void => {
  const kept = { error }
  causes.set(result, kept)
  for (let at: Call | undefined = call; at !== undefined; at = parentOf(at)) causes.set(at, kept)
}

/** Whether a result stands for something thrown, be that `undefined`. */
export const hasCause = (result: Result): boolean => causes.has(result)

const causes = new WeakMap<object, { readonly error: unknown }>()
