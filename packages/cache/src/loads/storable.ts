import { outcomeOf } from '@millrace/core'
import type { Result } from '@millrace/core'

/** Why a result must never be kept; undefined for one that may. */
export const whyNotKept = (result: Result): Unkept | undefined => {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return 'not an object'
  const { resultType, task, taskId } = result
  if (resultType !== undefined && resultType !== 'complete') return 'dialogue'
  if (taskId !== undefined || (task !== null && typeof task === 'object')) return 'dialogue'
  return outcomeOf(result) === 'ok' ? undefined : 'isError'
}

/** A result that asks the caller something or stands for a task is a `dialogue`: it is nobody else's. */
export type Unkept = 'not an object' | 'dialogue' | 'isError'
