import { MillraceError } from '@millrace/core'
import type { Clock } from '@millrace/core'
import { settled } from './answer.ts'

/** How long an answer is waited for, and who hears that it does not come. */
export interface Waiting {
  readonly clock: Clock
  readonly timeoutMs: number
  /** There is no answer in time; before `onFailure`. */
  readonly onSilence: () => void
  readonly onFailure: (error: unknown) => void
}

/** What is read from an answer, once; undefined when that or the answer fails, or it does not come in time. */
export const inTime = <Answer>(
  answer: PromiseLike<unknown>,
  read: (answer: never) => Answer,
  { clock, timeoutMs, onSilence, onFailure }: Waiting,
): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    let isOver = false
    const end = (settle: () => Answer) => {
      if (isOver) return
      isOver = true
      timer.cancel()
      try {
        resolve(settle())
      } catch (error) {
        onFailure(error)
        resolve(undefined)
      }
    }
    const fail = (error: unknown): never => {
      throw error
    }
    const timer = clock.after(timeoutMs, () => {
      onSilence()
      const message = `The store did not answer within ${timeoutMs} ms.`
      end(() => fail(new MillraceError(message, { code: 'ERR_STORE_TIMEOUT' })))
    })
    const over = (error: unknown) => end(() => fail(error))
    try {
      settled(answer).then((value) => end(() => read(value as never)), over)
    } catch (error) {
      over(error)
    }
  })
