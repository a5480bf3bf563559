import { RejectedError } from '@millrace/core'

/** A caller has used up what it may have for now: the handler never ran. */
export class RateLimitedError extends RejectedError {
  constructor(message: string, retryAfterMs: number | undefined) {
    super(message, { code: 'ERR_RATE_LIMITED', retryAfterMs })
  }

  override get name(): string {
    return 'RateLimitedError'
  }
}
