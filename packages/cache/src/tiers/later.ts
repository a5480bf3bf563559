import type { Clock, Maybe } from '@millrace/core'
import { isThenable } from '../stores/answer.ts'

/** Whether an answer comes later. */
export const isLater = <Value>(answer: Maybe<Value>): answer is Promise<Value> => isThenable(answer)

/** What comes of an answer, or the complaint when that takes too long. */
export const withinTime = <Value>(
  answer: PromiseLike<Value>,
  clock: Clock,
  ms: number,
  complaint: (ms: number) => Error,
): Promise<Value> =>
  new Promise((resolve, reject) => {
    // After a turn: where the thread was busy for so long, the answer may be there and not yet read.
    const timer = clock.after(ms, () => setImmediate(() => reject(complaint(ms))))
    const over =
      <Argument>(end: (value: Argument) => void) =>
      (value: Argument): void => {
        timer.cancel()
        end(value)
      }
    answer.then(over(resolve), over(reject))
  })
