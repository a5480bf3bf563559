import { asMiddleware, checkOptions, either, func, number } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { Watch } from './watch.ts'

/** Options of `timeout`. */
export interface TimeoutOptions {
  /**
   * How long a call may take, in milliseconds above 0, or a function that says so call by call. `Infinity` is no limit
   * but the call's own deadline. @default 30_000
   */
  readonly timeoutMs?: number | ((call: Call) => number) | undefined
}

/**
 * Gives up on calls that take too long. The caller gets a `TimedOutError` at once; the handler is told by its signal,
 * and what it answers or throws afterwards is ignored. What stands further in sees when that will be in
 * `call.deadline`: the sooner of the call's own and this one's.
 *
 * The error comes at most an eighth of the time late, as all timers of a process share one wheel. A call whose deadline
 * has passed before it begins is refused (`ERR_DEADLINE`). Outside a cache this bounds each caller; a second one inside
 * `retry` bounds each attempt.
 *
 * @throws TypeError when an option makes no sense; per call when the function gives no number above 0.
 */
export const timeout = (options: TimeoutOptions = {}): Middleware & { readonly stage: 'timeout' } => {
  checkOptions('timeout', options, { timeoutMs: either(duration, func) })
  const { timeoutMs = 30_000 } = options
  const limitOf = typeof timeoutMs === 'number' ? () => timeoutMs : checked(timeoutMs)
  return asMiddleware(
    (call, next) => {
      const limit = limitOf(call)
      return limit === Infinity && call.deadline === Infinity ? next(call) : new Watch(call, limit).run(next)
    },
    { stage: 'timeout' },
  )
}

const duration = number({ min: 1, unlimited: true })

const checked =
  (timeoutMs: (call: Call) => number) =>
  (call: Call): number => {
    const value: unknown = timeoutMs(call)
    if (typeof value === 'number' && value > 0) return value
    throw new TypeError(`timeout.timeoutMs must give a number above 0 or Infinity, got ${String(value)}`)
  }
