import { AbandonedError, RejectedError } from '@millrace/core'

/** The server takes no more calls: the handler never ran. Another process may answer. */
export class ShuttingDownError extends RejectedError {
  constructor(message: string, retryAfterMs?: number) {
    super(message, { code: 'ERR_SHUTTING_DOWN', retryAfterMs })
  }

  override get name(): string {
    return 'ShuttingDownError'
  }
}

/** The server shut down before the call had finished; it may have done its work. */
export const cutShort = (): AbandonedError =>
  new AbandonedError('The server shut down before the call had finished.', { code: 'ERR_SHUTTING_DOWN' })
