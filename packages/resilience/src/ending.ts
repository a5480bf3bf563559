import { abortReason, causeOf, isAborted, isMillraceError, isWaiting, outcomeOf, outcomeOfThrown } from '@millrace/core'
import type { Call, Outcome, Result } from '@millrace/core'

/** How one run of a handler ended. */
export interface Ending {
  /** What it came to. A tool that answers `isError` of its own accord is `toolError`; one that threw is `failed`. */
  readonly outcome: Outcome
  /** What it answered; undefined when it threw. */
  readonly result?: Result | undefined
  /** What it threw, also when an SDK made an `isError` result of it; undefined when it threw nothing. */
  readonly error?: unknown
}

/**
 * Says whether an ending counts against the dependency. Asked for every ending but cancelled ones, and those that are
 * the fault of the request itself (invalid arguments, an unknown tool or resource), which never are the dependency's.
 */
export type IsFailure = (ending: Ending, call: Call) => boolean

/** The ending of a handler that answered. */
export const answered = (result: Result, call: Call): Ending => {
  const isTold = isToldOf(result)
  return {
    outcome: outcomeFor(isTold ? outcomeOf(result, call) : 'ok', call),
    result,
    error: isTold ? causeOf(result) : undefined,
  }
}

/** The ending of a handler that threw. */
export const threw = (error: unknown, call: Call): Ending => ({
  outcome: outcomeFor(outcomeOfThrown(error, call), call),
  error,
})

/**
 * The ending of a call that is cancelled before its handler has settled: given up on when time ran out, else cancelled.
 * Where it still waits for its turn further in, it never began.
 */
export const interrupted = (reason: unknown, call: Call): Ending => {
  if (!isTimeUp(reason)) return { outcome: 'cancelled', error: reason }
  return { outcome: isWaiting(call) ? 'rejected' : 'abandoned', error: reason }
}

/** Whether an answer needs a closer look: all others are fine. */
export const isToldOf = (result: Result | undefined): boolean =>
  result?.['isError'] === true || result?.['resultType'] === 'input_required'

/**
 * What counts against a dependency unless the author says otherwise: it threw, or took too long. What the tool says
 * of its own accord (`isError`), what is wrong with the request itself, and refusals further in do not.
 */
export const isDependencyFailure: IsFailure = (ending) =>
  ending.outcome === 'abandoned' || (ending.outcome === 'failed' && !isRequestFault(ending))

/** Whether it is the request that was wrong, and no author need be asked whose failure that is. */
export const isRequestFault = ({ outcome, error }: Ending): boolean => outcome === 'failed' && isRequestError(error)

/**
 * Whether an error says something of the request and not of what it was sent to: JSON-RPC's invalid request, unknown
 * method and invalid parameters, the protocol's unknown resource and URL to visit first.
 */
export const isRequestError = (error: unknown): boolean =>
  requestErrors.has((error as { readonly code?: unknown } | null | undefined)?.code)

const requestErrors = new Set<unknown>([-32600, -32601, -32602, -32002, -32042])

// A handler that is told to stop throws what it likes: whose wish it was decides.
// What was refused further in never began, whoever was sooner to say so.
const outcomeFor = (outcome: Outcome, call: Call): Outcome =>
  isAborted(call) && outcome !== 'rejected' ? interrupted(abortReason(call), call).outcome : outcome

const isTimeUp = (reason: unknown): boolean =>
  isMillraceError(reason) && (reason as { readonly kind?: unknown }).kind === 'abandoned'
