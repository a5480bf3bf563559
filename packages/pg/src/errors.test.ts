import { isMillraceError } from '@millrace/core'
import { expect, test } from 'vitest'
import {
  closedError,
  ConnectionLostError,
  PoolExhaustedError,
  QueryTimedOutError,
  tooLate,
  unavailable,
} from './errors.ts'

test.each([
  [new PoolExhaustedError('All are in use.', 50), 'PoolExhaustedError', 'ERR_POOL_EXHAUSTED', 'rejected'],
  [unavailable(undefined), 'DatabaseUnavailableError', 'ERR_DATABASE_UNAVAILABLE', 'rejected'],
  [closedError(), 'RejectedError', 'ERR_POOL_CLOSED', 'rejected'],
  [tooLate(), 'RejectedError', 'ERR_DEADLINE', 'rejected'],
  [new ConnectionLostError('It broke.'), 'ConnectionLostError', 'ERR_CONNECTION_LOST', 'abandoned'],
  [new QueryTimedOutError('It took too long.'), 'QueryTimedOutError', 'ERR_TIMED_OUT', 'abandoned'],
])('%s has its name, its code, and says whether the query ran', (error, name, code, kind) => {
  expect(isMillraceError(error)).toBe(true)
  expect(error).toMatchObject({ name, code, kind })
})
