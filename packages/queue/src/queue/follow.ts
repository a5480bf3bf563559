import type { Next, Result } from '@millrace/core'
import type { Slot } from './slot.ts'

/**
 * Runs the rest of the chain in a slot.
 *
 * @param ended is told when it has settled, and whether it answered anything but `isError`
 */
export const follow = (slot: Slot, next: Next, ended: (slot: Slot, isFine: boolean) => void): Promise<Result> => {
  try {
    return next(slot.call).then(
      (result) => {
        ended(slot, result?.['isError'] !== true)
        return result
      },
      (error: unknown) => {
        ended(slot, false)
        throw error
      },
    )
  } catch (error) {
    ended(slot, false)
    throw error
  }
}
