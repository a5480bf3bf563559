import { AbandonedError, RejectedError } from '@millrace/core'

/** There is no connection to Redis: the command was never sent. Why is the `cause`, for the operator: it may name hosts. */
export class RedisUnavailableError extends RejectedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_REDIS_UNAVAILABLE', cause })
  }

  override get name(): string {
    return 'RedisUnavailableError'
  }
}

/** Redis did not answer in time: whether it has done what the command asks is not known. */
export class RedisTimedOutError extends AbandonedError {
  constructor(message: string) {
    super(message, { code: 'ERR_TIMED_OUT' })
  }

  override get name(): string {
    return 'RedisTimedOutError'
  }
}

/**
 * The connection broke before the answer came: whether Redis has done what the command asks is not known. How it broke is
 * the `cause`.
 */
export class RedisLostError extends AbandonedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_CONNECTION_LOST', cause })
  }

  override get name(): string {
    return 'RedisLostError'
  }
}

/** Nobody could connect. */
export const unavailable = (cause: unknown): RedisUnavailableError =>
  new RedisUnavailableError('There is no connection to Redis at the moment.', cause)

/** More commands wait for a connection than may. */
export const tooManyWait = (): RedisUnavailableError =>
  new RedisUnavailableError('Too many commands wait for a connection to Redis.')

/** The connection has been closed: the command was never sent. */
export const closedError = (): RejectedError =>
  new RejectedError('The connection to Redis has been closed.', { code: 'ERR_REDIS_CLOSED' })
