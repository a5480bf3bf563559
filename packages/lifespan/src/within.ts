import type { Clock } from '@millrace/core'

/**
 * What work comes to when it ends in time.
 *
 * @param work gets a signal that aborts when its time is over or `outer` aborts; it is not begun when that has happened
 * @param late what is thrown when its time is over; what the work comes to later is for `onLate`
 */
export const within = <Value>(
  work: (signal: AbortSignal) => Value | Promise<Value>,
  { clock, limitMs, late, outer, graceMs = 0, onLate }: Within<Value>,
): Promise<Value> =>
  new Promise((resolve, reject) => {
    const controller = new AbortController()
    let isOver = false
    const end = (): boolean => {
      if (isOver) return false
      isOver = true
      timer.cancel()
      outer?.removeEventListener('abort', leave)
      return true
    }
    const giveUp = (error: unknown): void => {
      if (!end()) return
      controller.abort(error)
      reject(error)
    }
    const leave = (): void => {
      timer.cancel()
      timer = clock.after(graceMs, () => giveUp(outer?.reason))
      controller.abort(outer?.reason)
    }
    let timer = clock.after(limitMs, () => giveUp(late()))
    if (outer?.aborted === true) return giveUp(outer.reason)
    outer?.addEventListener('abort', leave)
    new Promise<Value>((start) => start(work(controller.signal))).then(
      (value) => (end() ? resolve(value) : onLate?.(value)),
      (error: unknown) => end() && reject(error),
    )
  })

/** Bounds of one piece of work. */
interface Within<Value> {
  readonly clock: Clock
  /** Milliseconds; `Infinity` for none. */
  readonly limitMs: number
  readonly late: () => Error
  readonly outer?: AbortSignal | undefined
  /** How long work may still go on that `outer` has told to stop. @default 0 */
  readonly graceMs?: number
  /** Gets a value that came after its time. */
  readonly onLate?: ((value: Value) => void) | undefined
}
