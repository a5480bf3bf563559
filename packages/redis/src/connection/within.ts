import type { Clock } from '@millrace/core'

/**
 * What becomes of `work`, unless it takes too long. What becomes of it later is nobody's concern.
 *
 * @param failed is told what it fails with, also when that is what `late` gives, and says what is thrown
 * @throws what `work` fails with; what `late` gives after `limitMs`
 */
export const within = <Value>(
  clock: Clock,
  limitMs: number,
  work: Promise<Value>,
  late: () => Error,
  failed: (error: unknown) => unknown = (error) => error,
): Promise<Value> =>
  new Promise((resolve, reject) => {
    let isOver = false
    const fail = (error: unknown): void => {
      if (isOver) return
      isOver = true
      timer.cancel()
      reject(failed(error))
    }
    const timer = clock.after(limitMs, () => fail(late()))
    work.then((value) => {
      isOver = true
      timer.cancel()
      resolve(value)
    }, fail)
  })
