import { isMillraceError } from '@millrace/core'
import { HttpLostError, HttpTimedOutError, HttpTooLargeError, HttpUnavailableError } from '../errors.ts'

/**
 * What undici failed with, as the caller is told.
 *
 * @param isSent whether the request had a connection
 */
export const failureOf = (error: unknown, isSent: boolean): unknown => {
  if (isMillraceError(error)) return error
  const { code, message } = error as { readonly code?: string; readonly message: string }
  switch (code) {
    case 'UND_ERR_INVALID_ARG':
      return new TypeError(`request: ${message}`)
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new HttpTimedOutError('The HTTP service did not answer in time.', error)
    case 'UND_ERR_BODY_TIMEOUT':
      return new HttpTimedOutError('The HTTP service stopped in the middle of its answer.', error)
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new HttpTooLargeError('The head of the answer of the HTTP service is too large.', error)
    default:
      // What undici before 7.25 or so says of a stream of HTTP/2, before its head and after it.
      if (message.includes('stream timeout after')) {
        return new HttpTimedOutError('The HTTP service did not answer in time.', error)
      }
      return isSent
        ? new HttpLostError('The connection to the HTTP service broke while it answered.', error)
        : new HttpUnavailableError('The HTTP service takes no connection at the moment.', error)
  }
}
