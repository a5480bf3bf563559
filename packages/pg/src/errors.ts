import { AbandonedError, RejectedError } from '@millrace/core'

/** Every connection is in use and the caller could not wait for one: the query never ran. */
export class PoolExhaustedError extends RejectedError {
  constructor(message: string, retryAfterMs?: number) {
    super(message, { code: 'ERR_POOL_EXHAUSTED', retryAfterMs })
  }

  override get name(): string {
    return 'PoolExhaustedError'
  }
}

/** The database takes no connection: the query never ran. Why is the `cause`, for the operator: it may name hosts. */
export class DatabaseUnavailableError extends RejectedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_DATABASE_UNAVAILABLE', cause })
  }

  override get name(): string {
    return 'DatabaseUnavailableError'
  }
}

/** Nobody could connect. */
export const unavailable = (cause: unknown): DatabaseUnavailableError =>
  new DatabaseUnavailableError('The database takes no connection at the moment.', cause)

/** The connection broke while the query ran: what became of it is not known. Why is the `cause`. */
export class ConnectionLostError extends AbandonedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_CONNECTION_LOST', cause })
  }

  override get name(): string {
    return 'ConnectionLostError'
  }
}

/** The query ran for longer than it may and was cancelled on the server. */
export class QueryTimedOutError extends AbandonedError {
  constructor(message: string) {
    super(message, { code: 'ERR_TIMED_OUT' })
  }

  override get name(): string {
    return 'QueryTimedOutError'
  }
}

/** The pool has been closed: the query never ran. */
export const closedError = (): RejectedError =>
  new RejectedError('The database connections have been closed.', { code: 'ERR_POOL_CLOSED' })

/** The call has no time left for its query. */
export const tooLate = (): RejectedError =>
  new RejectedError('The call had no time left for its database query.', { code: 'ERR_DEADLINE' })
