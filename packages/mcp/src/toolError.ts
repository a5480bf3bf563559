import { causeOf, isMillraceError } from '@millrace/core'
import type { MillraceError, Result } from '@millrace/core'

/** How a refused or abandoned `tools/call` reaches the client: as an `isError` result or as a JSON-RPC error. */
export type ErrorStyle = 'result' | 'error'

/** `_meta` keys of an `isError` result that stands for a refusal or a given-up call. */
export const metaKeys = { reason: 'millrace/reason', retryAfterMs: 'millrace/retryAfterMs' } as const

/**
 * What a failed call answers. A refusal of a tool call is a result that a model can read and act on, unless the
 * server's author wants errors; everything else is thrown for the SDK to send.
 *
 * @throws the error to send
 */
export const answerError = (error: unknown, method: string, style: ErrorStyle): Result => {
  if (error === undefined || error === null) throw new Error('Internal error')
  if (!isMillraceError(error)) throw error as Error
  if (method === 'tools/call' && style === 'result') return errorResult(error)
  throw wireError(error)
}

/** Completes a result that the SDK made of a Millrace error, which keeps only the message. */
export const completeResult = (result: Result, style: ErrorStyle): Result => {
  if (result['isError'] !== true) return result
  const cause = causeOf(result)
  if (!isMillraceError(cause)) return result
  if (style === 'error') throw wireError(cause)
  return { ...result, _meta: { ...(result['_meta'] as object | undefined), ...metaOf(cause) } }
}

/** The `isError` result of a Millrace error. */
export const errorResult = (error: MillraceError): Result => ({
  content: [{ type: 'text', text: error.message }],
  isError: true,
  _meta: metaOf(error),
})

/** The error of a Millrace error as both SDKs send it: they copy an integer `code` and `data`. */
export const wireError = (error: MillraceError): Error =>
  Object.assign(new Error(error.message, { cause: error }), { code: wireCode(error), data: dataOf(error) })

// −32000…−32099 is reserved or legacy; these recall the HTTP status of the same meaning.
const wireCode = (error: MillraceError): number => {
  if (error.code === 'ERR_RATE_LIMITED') return 1429
  return (error as { readonly kind?: unknown }).kind === 'abandoned' ? 1504 : 1503
}

const dataOf = (error: MillraceError) => ({
  reason: reasonOf(error),
  ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
})

const metaOf = (error: MillraceError) => ({
  [metaKeys.reason]: reasonOf(error),
  ...(error.retryAfterMs === undefined ? {} : { [metaKeys.retryAfterMs]: error.retryAfterMs }),
})

const reasonOf = (error: MillraceError): string => error.code.slice('ERR_'.length).toLowerCase()
