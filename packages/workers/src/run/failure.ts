import { TaskError, TaskExitedError } from '../errors.ts'
import type { Reply } from '../thread/protocol.ts'
import { unpacked } from '../thread/thrown.ts'

/** The error for what a thread says went wrong. */
export const failureOf = (reply: Extract<Reply, { fault: unknown }>, task: string): unknown => {
  const cause = unpacked(reply.thrown)
  const said = cause instanceof Error ? cause.message : String(cause)
  switch (reply.fault) {
    case 'threw':
      return cause
    case 'result':
      return unsent(cause, task, 'result')
    case 'module':
      return new TaskError(`The module of the task '${task}' cannot be imported.`, 'ERR_TASK_MODULE', cause)
    case 'export':
      return new TaskError(`The module of the task '${task}' does not fit: ${said}.`, 'ERR_TASK_MODULE', cause)
    case 'closure':
      return new TaskError(
        `The task '${task}' uses '${said.split(' ')[0]}', which is outside of it: pass it as an argument or offload a module.`,
        'ERR_TASK_CLOSURE',
        cause,
      )
  }
}

/** The error for what a thread ended with before it had answered. */
export const endOf = (error: unknown, task: string): TaskExitedError => {
  const { message } = error as Error
  const code = /^worker exited with code: (.*)$/.exec(message)?.[1]
  return new TaskExitedError(
    code === undefined
      ? `The thread of the task '${task}' has ended by an error outside of it.`
      : `The task '${task}' ended its thread with exit code ${code}.`,
    error,
  )
}

/** The error for what cannot be copied between threads. */
export const unsent = (error: unknown, task: string, what: 'arguments' | 'result'): TaskError =>
  what === 'result'
    ? new TaskError(`What the task '${task}' gave cannot be copied between threads.`, 'ERR_TASK_RESULT', error)
    : new TaskError(`The task '${task}' was given what cannot be copied between threads.`, 'ERR_TASK_ARGUMENTS', error)

/** Whether it is the heap's limit that a thread ended at. */
export const isHeapLimit = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY'

/** Whether something could not be copied between threads. */
export const isCloneError = (error: unknown): boolean => {
  const { name, stack = '' } = error as Partial<Error>
  // On its way out of a thread that has ended, an error loses its name: and its message.
  return name === 'DataCloneError' || stack.startsWith('DataCloneError')
}
