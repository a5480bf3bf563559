import { AbandonedError } from '@millrace/core'

/** The call took too long and was given up while its handler ran: what the handler did is not known. */
export class TimedOutError extends AbandonedError {
  constructor(message: string) {
    super(message, { code: 'ERR_TIMED_OUT' })
  }

  override get name(): string {
    return 'TimedOutError'
  }
}
