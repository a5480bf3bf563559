import { RejectedError } from '@millrace/core'

/** The call could not have been answered before its deadline: the handler never ran. */
export class DeadlineError extends RejectedError {
  constructor(message: string, retryAfterMs: number | undefined) {
    super(message, { code: 'ERR_DEADLINE', retryAfterMs })
  }

  override get name(): string {
    return 'DeadlineError'
  }
}
