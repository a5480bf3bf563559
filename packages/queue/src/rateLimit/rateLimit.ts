import { asMiddleware } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { planOf } from './plan.ts'
import type { RateLimitOptions } from './plan.ts'
import { RateLimiter } from './rateLimiter.ts'

/** A rate limit: a middleware, and what its owner can ask of it. */
export interface RateLimit extends Middleware {
  readonly stage: 'rateLimit'
  /** How many calls wait for their turn. */
  waiting(): number
  /**
   * How many calls like this one may come at once at this moment; with a store, as far as this process has heard. Asking
   * counts for nothing and changes nothing.
   */
  remaining(call: Call): number
  /** Forgets what was counted for a key; calls of it that wait go on as far as that allows. @param key @default all */
  reset(key?: string): void
}

/**
 * Lets every principal, tool or the whole server make only so many calls in a time, and refuses the others
 * (`RateLimitedError`, with the time until the next one may come) or, with `maxWaitMs`, has them wait for their turn, in
 * the order in which they came. Up to `burst` may come at once; then they may come as evenly as `calls` in `perMs` do.
 * In any stretch of time t a key never has more than `burst + t · calls / perMs`: there are no windows at whose edges
 * twice as many pass. A refused call counts for nothing, and so does one that is cancelled while it waits.
 *
 * @throws TypeError when an option makes no sense; per call when `calls` or `cost` gives no such number.
 */
export const rateLimit = (options: RateLimitOptions): RateLimit => {
  const limiter = new RateLimiter(planOf(options))
  return asMiddleware((call: Call, next: Next): Promise<Result> => limiter.run(call, next), {
    stage: 'rateLimit',
    waiting: () => limiter.waiting,
    remaining: (call: Call) => limiter.remaining(call),
    reset: (key?: string) => limiter.reset(key),
  })
}
