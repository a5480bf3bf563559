import type { Clock } from '@millrace/core'

/**
 * What becomes of `work`, unless it takes too long. What becomes of it later is nobody's concern.
 *
 * @throws what `work` fails with; what `late` gives after `limitMs`
 */
export const within = <Value>(
  clock: Clock,
  limitMs: number,
  work: Promise<Value>,
  late: () => Error,
): Promise<Value> => {
  if (limitMs === Infinity) return work
  return new Promise((resolve, reject) => {
    const timer = clock.after(limitMs, () => reject(late()))
    work.then(
      (value) => {
        timer.cancel()
        resolve(value)
      },
      (error: unknown) => {
        timer.cancel()
        reject(error)
      },
    )
  })
}
