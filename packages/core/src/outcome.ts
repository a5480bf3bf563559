import { abortReason, isAborted } from './abort.ts'
import type { Call, Result } from './call.ts'
import { causeOf, hasCause } from './cause.ts'
import { isMillraceError } from './errors.ts'

/**
 * What a call came to: `ok`; `toolError`, a result the tool itself marked `isError`; `rejected`, never started and safe
 * to try again; `abandoned`, started and given up on; `failed`, threw; `cancelled`, no longer wanted; `inputRequired`,
 * asks its caller something before it goes on.
 */
export type Outcome = 'ok' | 'toolError' | 'rejected' | 'abandoned' | 'failed' | 'cancelled' | 'inputRequired'

/**
 * Classifies what a call came to. Give it the result, or the error that was thrown; whoever knows that something was
 * thrown asks `outcomeOfThrown`, which also understands thrown objects that are no errors. A result that stands for an
 * error an SDK hid (`isError` with a known cause) is classified by that error.
 *
 * @param call as for `outcomeOfThrown`
 */
export const outcomeOf = (settled: unknown, call?: Call): Outcome => {
  if (settled === null || typeof settled !== 'object' || isError(settled)) return outcomeOfThrown(settled, call)
  const result = settled as Result
  if (result['isError'] === true) return hasCause(result) ? outcomeOfThrown(causeOf(result), call) : 'toolError'
  return result['resultType'] === 'input_required' ? 'inputRequired' : 'ok'
}

/**
 * Classifies something thrown.
 *
 * @param call with it, `cancelled` is what this call's own cancellation brought about: its reason, whatever that is (SDKs
 * abort with strings), or any `AbortError`. While the call is wanted an `AbortError` is a failure like another: the
 * handler gave up on something of its own. Without the call every `AbortError` is taken for `cancelled`
 */
export const outcomeOfThrown = (error: unknown, call?: Call): Outcome => {
  if (isMillraceError(error)) {
    const { kind } = error as { readonly kind?: unknown }
    return kind === 'rejected' || kind === 'abandoned' ? kind : 'failed'
  }
  const isAbort = isError(error) && (error as Error).name === 'AbortError'
  if (call === undefined) return isAbort ? 'cancelled' : 'failed'
  return isAborted(call) && (isAbort || abortReason(call) === error) ? 'cancelled' : 'failed'
}

// A DOMException (what an aborted signal carries) is an Error by prototype only, an error of another realm by tag only.
const isError = (value: unknown): boolean =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
