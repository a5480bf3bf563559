import { AbandonedError, MillraceError, RejectedError } from '@millrace/core'
import type { HttpHeaders } from './response.ts'

/** Too many requests to this origin run and wait: this one was never sent. */
export class HttpBusyError extends RejectedError {
  constructor(message: string) {
    super(message, { code: 'ERR_POOL_EXHAUSTED' })
  }

  override get name(): string {
    return 'HttpBusyError'
  }
}

/** The URL, or the address behind it, may not be asked: nothing was sent to it. Which rule says so is the `cause`. */
export class HttpBlockedError extends RejectedError {
  /** It will be the same next time. */
  readonly isRetryable = false

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_HTTP_BLOCKED', cause })
  }

  override get name(): string {
    return 'HttpBlockedError'
  }
}

/**
 * Nobody could connect: this request was never sent. It counts as `failed` all the same, so that a breaker sees it and
 * a retry repeats only what may be repeated: what the handler did before is not known here. Why is the `cause`.
 */
export class HttpUnavailableError extends MillraceError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_HTTP_UNAVAILABLE', cause })
  }

  override get name(): string {
    return 'HttpUnavailableError'
  }
}

/** The request was sent and took too long, as a whole or in one phase: its connection or stream was given up. */
export class HttpTimedOutError extends AbandonedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_TIMED_OUT', cause })
  }

  override get name(): string {
    return 'HttpTimedOutError'
  }
}

/** The connection broke, or what came was no HTTP: what became of the request is not known. Why is the `cause`. */
export class HttpLostError extends AbandonedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_CONNECTION_LOST', cause })
  }

  override get name(): string {
    return 'HttpLostError'
  }
}

/** The answer is larger than it may be, as it came or decompressed. */
export class HttpTooLargeError extends MillraceError {
  /** It will be the same next time. */
  readonly isRetryable = false

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_HTTP_TOO_LARGE', cause })
  }

  override get name(): string {
    return 'HttpTooLargeError'
  }
}

/** The answer is not of the type that was asked for, or cannot be decoded. */
export class HttpContentError extends MillraceError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_HTTP_CONTENT', cause })
  }

  override get name(): string {
    return 'HttpContentError'
  }
}

/** The answer leads elsewhere, too often or where it must not be followed. */
export class HttpRedirectError extends MillraceError {
  /** It will be the same next time. */
  readonly isRetryable = false

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_HTTP_REDIRECT', cause })
  }

  override get name(): string {
    return 'HttpRedirectError'
  }
}

/** What the service answered beside its status. */
export interface HttpStatusDetails {
  readonly headers: HttpHeaders
  /** The first 16 KiB of what it said, as text; for the operator, it may hold anything. */
  readonly text: string
  /** What its `Retry-After` says, in milliseconds from now; undefined when it says nothing. */
  readonly retryAfterMs: number | undefined
}

/** The service answered with a status of 400 or above. */
export class HttpStatusError extends MillraceError {
  readonly status: number
  readonly headers: HttpHeaders
  /** The first 16 KiB of what it said, as text; for the operator, it may hold anything. */
  readonly text: string
  /** False when it would say the same next time: 4xx, except 408, 425 and 429. */
  readonly isRetryable: boolean

  constructor(status: number, { headers, text, retryAfterMs }: HttpStatusDetails) {
    super(`The HTTP service answered with status ${status}.`, { code: 'ERR_HTTP_STATUS', retryAfterMs })
    this.status = status
    this.headers = headers
    this.text = text
    this.isRetryable = status >= 500 || [408, 425, 429].includes(status)
  }

  override get name(): string {
    return 'HttpStatusError'
  }
}

/** The pool has been closed: nothing was sent. */
export const closedError = (): RejectedError =>
  new RejectedError('The HTTP connections have been closed.', { code: 'ERR_POOL_CLOSED' })

/** The call has no time left for its request. */
export const tooLate = (): RejectedError =>
  new RejectedError('The call had no time left for its HTTP request.', { code: 'ERR_DEADLINE' })
