import { RejectedError } from '@millrace/core'

/** More calls than the server can serve: the handler never ran. */
export class QueueFullError extends RejectedError {
  constructor(message: string, retryAfterMs: number | undefined) {
    super(message, { code: 'ERR_QUEUE_FULL', retryAfterMs })
  }

  override get name(): string {
    return 'QueueFullError'
  }
}
