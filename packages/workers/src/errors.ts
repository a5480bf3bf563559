import { AbandonedError, duration, MillraceError, RejectedError } from '@millrace/core'

/** Every thread is in use and the caller could not wait for one: the task never ran. */
export class WorkersBusyError extends RejectedError {
  constructor(message: string, retryAfterMs?: number) {
    super(message, { code: 'ERR_POOL_EXHAUSTED', retryAfterMs })
  }

  override get name(): string {
    return 'WorkersBusyError'
  }
}

/** The task ran for longer than it may, and was stopped together with its thread. */
export class TaskTimedOutError extends AbandonedError {
  constructor(message: string) {
    super(message, { code: 'ERR_TIMED_OUT' })
  }

  override get name(): string {
    return 'TaskTimedOutError'
  }
}

/** The task took more memory than it may, and was stopped together with its thread. */
export class TaskOutOfMemoryError extends AbandonedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_TASK_OUT_OF_MEMORY', cause })
  }

  override get name(): string {
    return 'TaskOutOfMemoryError'
  }
}

/** The thread ended before the task had answered: `process.exit()`, or an error thrown outside of it. */
export class TaskExitedError extends AbandonedError {
  constructor(message: string, cause?: unknown) {
    super(message, { code: 'ERR_TASK_EXITED', cause })
  }

  override get name(): string {
    return 'TaskExitedError'
  }
}

/** What `TaskError` is about. */
export type TaskErrorCode = 'ERR_TASK_MODULE' | 'ERR_TASK_CLOSURE' | 'ERR_TASK_ARGUMENTS' | 'ERR_TASK_RESULT'

/**
 * The task cannot be run as it is written. `ERR_TASK_MODULE`: its module cannot be imported, or does not export it;
 * `ERR_TASK_CLOSURE`: it uses something from outside itself; `ERR_TASK_ARGUMENTS` and `ERR_TASK_RESULT`: what it was
 * given, or gave, cannot be copied between threads.
 */
export class TaskError extends MillraceError {
  /** It will be the same next time. */
  readonly isRetryable = false

  constructor(message: string, code: TaskErrorCode, cause?: unknown) {
    super(message, { code, cause })
  }

  override get name(): string {
    return 'TaskError'
  }
}

/** The pool has been closed: the task never ran. */
export const closedError = (): RejectedError =>
  new RejectedError('The worker threads have been closed.', { code: 'ERR_POOL_CLOSED' })

/** The pool was closed while the task ran. */
export const cutShort = (): AbandonedError =>
  new AbandonedError('The worker threads were closed before the task had finished.', { code: 'ERR_POOL_CLOSED' })

/** The call has no time left for its task. */
export const tooLate = (): RejectedError =>
  new RejectedError('The call had no time left for its task.', { code: 'ERR_DEADLINE' })

/** The task ran for as long as it may. */
export const late = (ms: number): TaskTimedOutError =>
  new TaskTimedOutError(`The task took longer than ${duration(ms)} and has been stopped.`)

/** The task took more than it may. */
export const greedy = (maxMemoryMb: number, cause?: unknown): TaskOutOfMemoryError =>
  new TaskOutOfMemoryError(`The task took more than ${maxMemoryMb} MB of memory and has been stopped.`, cause)
