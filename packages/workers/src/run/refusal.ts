import { duration } from '@millrace/core'
import type { RejectedError, WorkersRefusal } from '@millrace/core'
import { closedError, tooLate, WorkersBusyError } from '../errors.ts'

/** The error for a task that never began. */
export const refusal = (reason: WorkersRefusal, waitedMs: number, retryAfterMs: number | undefined): RejectedError => {
  switch (reason) {
    case 'closed':
      return closedError()
    case 'deadline':
      return tooLate()
    case 'full':
      return new WorkersBusyError('All worker threads are in use and too many tasks wait for one.', retryAfterMs)
    case 'waited':
      return new WorkersBusyError(`No worker thread was free within ${duration(waitedMs)}.`, retryAfterMs)
    case 'noThread':
      return new WorkersBusyError('No worker thread has started in time.')
  }
}
