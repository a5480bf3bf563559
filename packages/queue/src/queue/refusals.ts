import type { Call, QueueRejection, RejectedError } from '@millrace/core'
import { comeBack } from '../wait.ts'
import { DeadlineError } from './deadlineError.ts'
import { QueueFullError } from './queueFullError.ts'

/** The error of a call that is not started: one sentence that a model can read. */
export const refusal = (call: Call, reason: QueueRejection, retryAfterMs: number | undefined): RejectedError => {
  const message = `${call.operation} was not started because ${because[reason]}${comeBack(retryAfterMs)}`
  return reason === 'deadline' ? new DeadlineError(message, retryAfterMs) : new QueueFullError(message, retryAfterMs)
}

const because: { readonly [Reason in QueueRejection]: string } = {
  full: 'too many calls are waiting',
  unhealthy: 'almost as many calls are waiting as may',
  displaced: 'more important calls took its place in the queue',
  waited: 'it waited too long for others to finish',
  deadline: 'it could not have been answered before its deadline',
  load: 'the server has more work than it can do',
  cleared: 'the queue was emptied',
}
