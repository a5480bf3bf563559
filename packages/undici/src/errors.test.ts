import { outcomeOfThrown } from '@millrace/core'
import { expect, test } from 'vitest'
import {
  closedError,
  HttpBlockedError,
  HttpBusyError,
  HttpContentError,
  HttpLostError,
  HttpRedirectError,
  HttpStatusError,
  HttpTimedOutError,
  HttpTooLargeError,
  HttpUnavailableError,
  tooLate,
} from './errors.ts'

test.each([
  [new HttpBlockedError('x'), 'HttpBlockedError', 'ERR_HTTP_BLOCKED', 'rejected'],
  [new HttpBusyError('x'), 'HttpBusyError', 'ERR_POOL_EXHAUSTED', 'rejected'],
  [new HttpUnavailableError('x'), 'HttpUnavailableError', 'ERR_HTTP_UNAVAILABLE', 'failed'],
  [new HttpTimedOutError('x'), 'HttpTimedOutError', 'ERR_TIMED_OUT', 'abandoned'],
  [new HttpLostError('x'), 'HttpLostError', 'ERR_CONNECTION_LOST', 'abandoned'],
  [new HttpTooLargeError('x'), 'HttpTooLargeError', 'ERR_HTTP_TOO_LARGE', 'failed'],
  [new HttpContentError('x'), 'HttpContentError', 'ERR_HTTP_CONTENT', 'failed'],
  [new HttpRedirectError('x'), 'HttpRedirectError', 'ERR_HTTP_REDIRECT', 'failed'],
  [
    new HttpStatusError(500, { headers: {}, text: '', retryAfterMs: undefined }),
    'HttpStatusError',
    'ERR_HTTP_STATUS',
    'failed',
  ],
  [closedError(), 'RejectedError', 'ERR_POOL_CLOSED', 'rejected'],
  [tooLate(), 'RejectedError', 'ERR_DEADLINE', 'rejected'],
])('%s says what it is', (error, name, code, outcome) => {
  expect([error.name, error.code, outcomeOfThrown(error)]).toEqual([name, code, outcome])
})
