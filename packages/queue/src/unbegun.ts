import { isMillraceError, waitsForTurn } from '@millrace/core'
import type { Call } from '@millrace/core'
import { DeadlineError } from './queue/deadlineError.ts'

/**
 * What a call is refused with that is no longer wanted before it has begun: the reason. Where that says that a middleware
 * further out has given up on a call of unknown outcome, as `timeout` does, it is a refusal: this one never ran, and a
 * breaker in between must not count it against the tool.
 */
export const unbegun = (reason: unknown): unknown =>
  isMillraceError(reason) && (reason as { readonly kind?: unknown }).kind === 'abandoned'
    ? new DeadlineError('The call was given up while it waited for its turn: it has not begun.', undefined)
    : reason

/** The wait of a call is over without it. Whoever gives it up in this very turn has not heard of its refusal yet. */
export const neverBegan = (call: Call): void => queueMicrotask(() => waitsForTurn(call, -1))
