import { outcomeOf } from '@millrace/core'
import type { Result } from '@millrace/core'

/** Why a result must never be kept; undefined for one that may. */
export const whyNotKept = (result: Result): Unkept | undefined => {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return 'not an object'
  const { resultType, task, taskId } = result
  if (resultType !== undefined && resultType !== 'complete') return 'dialogue'
  if (taskId !== undefined || (task !== null && typeof task === 'object')) return 'dialogue'
  if (outcomeOf(result) !== 'ok') return 'isError'
  return hasSubstitute(result) ? 'fallback' : undefined
}

// What a fallback further in answered for a failure would hide that the dependency is back.
const hasSubstitute = ({ _meta: meta }: Result): boolean =>
  meta !== null && typeof meta === 'object' && 'millrace/fallback' in meta

/** A result that asks the caller something or stands for a task is a `dialogue`: it is nobody else's. */
export type Unkept = 'not an object' | 'dialogue' | 'isError' | 'fallback'
