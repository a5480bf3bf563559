import { asMiddleware, checkOptions, either, func, integer, number, oneOf, text } from '@millrace/core'
import type { Call, Check, Middleware, Next, Result } from '@millrace/core'
import { Bounded } from '../bounded.ts'
import { refused } from '../refused.ts'
import { events } from '../report.ts'
import { comeBack } from '../wait.ts'
import { Cell } from './gcra.ts'
import { RateLimitedError } from './rateLimitedError.ts'

/** Options of `rateLimit`. */
export interface RateLimitOptions {
  /** How many calls a key may make in `perMs`, above 0; or a function that says so call by call. */
  readonly calls: number | ((call: Call) => number)
  /** In which time, in milliseconds above 0. @default 1000 */
  readonly perMs?: number | undefined
  /** How many of them may come at once, at least 1. @default `calls`, at least 1 */
  readonly burst?: number | undefined
  /**
   * Whose calls are counted together: those of one principal (anonymous callers are one), of one tool (other methods: of
   * one method), all of the server, or those for which a function gives the same key. @default 'principal'
   */
  readonly by?: 'principal' | 'tool' | 'server' | ((call: Call) => string) | undefined
  /** How many calls a call counts for, ≥ 0. @default 1 */
  readonly cost?: ((call: Call) => number) | undefined
  /** How many keys are remembered, at least 2. The ones used last are; another starts afresh. @default 10_000 */
  readonly maxKeys?: number | undefined
  /** What messages and events call it. @default as `by` says, else 'rateLimit' */
  readonly name?: string | undefined
}

/** A rate limit: a middleware, and what its owner can ask of it. */
export interface RateLimit extends Middleware {
  readonly stage: 'rateLimit'
  /** How many calls like this one may come at once at this moment. */
  remaining(call: Call): number
  /** Forgets what was counted for a key. @param key @default all */
  reset(key?: string): void
}

/**
 * Lets every principal, tool or the whole server make only so many calls in a time, and refuses the others
 * (`RateLimitedError`, with the time until the next one may come). Up to `burst` may come at once; then they may come as
 * evenly as `calls` in `perMs` do. In any stretch of time t a key never has more than `burst + t · calls / perMs`: there
 * are no windows at whose edges twice as many pass. A refused call counts for nothing.
 *
 * @throws TypeError when an option makes no sense; per call when `calls` or `cost` gives no such number.
 */
export const rateLimit = (options: RateLimitOptions): RateLimit => {
  checkOptions('rateLimit', options ?? {}, checks)
  if (options?.calls === undefined) throw new TypeError('rateLimit.calls must be given: how many calls in perMs')
  const { calls, perMs = 1000, burst, by = 'principal', cost, maxKeys = 10_000 } = options
  const { name = typeof by === 'string' ? by : 'rateLimit' } = options
  const keyOf = typeof by === 'string' ? keys[by] : by
  const cells = new Bounded(maxKeys, () => new Cell())
  const rateOf = typeof calls === 'number' ? () => calls : asked('calls', calls, above0)
  const costOf = cost === undefined ? () => 1 : asked('cost', cost, notBelow0)
  // Times are counted from the first call: what is left of a number's precision after 50 years is too little.
  let origin = NaN
  let rejected = 0
  const timeOf = (call: Call): number => {
    const now = call.clock.now()
    if (Number.isNaN(origin)) origin = now
    return now - origin
  }

  const run = (call: Call, next: Next): Promise<Result> => {
    const key = keyOf(call)
    const rate = rateOf(call)
    const waitMs = cells.get(key).take(timeOf(call), costOf(call), perMs / rate, burst ?? Math.max(1, rate))
    if (waitMs === 0) return next(call)
    const retryAfterMs = waitMs === Infinity ? undefined : Math.ceil(waitMs)
    const { operation } = call
    rejected += 1
    if (events.hasSubscribers) {
      events.publish({ type: 'rateLimit.rejected', name, operation, key, rejected, retryAfterMs })
    }
    return refused(
      new RateLimitedError(`${operation} came ${tooOften[name] ?? 'too often'}${comeBack(retryAfterMs)}`, retryAfterMs),
    )
  }

  return asMiddleware(run, {
    stage: 'rateLimit',
    remaining: (call: Call) => {
      const rate = rateOf(call)
      return Math.max(0, cells.get(keyOf(call)).left(timeOf(call), perMs / rate, burst ?? Math.max(1, rate)))
    },
    reset: (key?: string) => cells.delete(key),
  })
}

const keys = {
  principal: (call: Call): string => call.principal ?? '',
  tool: (call: Call): string => call.operation,
  server: (): string => '',
}

const tooOften: { readonly [name: string]: string | undefined } = {
  principal: 'too often from one caller',
  server: 'when the server had too many calls',
}

const asked =
  (option: string, ask: (call: Call) => number, check: Check) =>
  (call: Call): number => {
    const value: unknown = ask(call)
    const expected = check(value)
    if (expected === undefined) return value as number
    throw new TypeError(`rateLimit.${option} must give ${expected}, got ${String(value)}`)
  }

const above0: Check = (value) => (Number.isFinite(value) && (value as number) > 0 ? undefined : 'a number above 0')
const notBelow0 = number({ min: 0 })

const checks: { readonly [option: string]: Check } = {
  calls: either(above0, func),
  perMs: above0,
  burst: number({ min: 1 }),
  by: either(oneOf('principal', 'tool', 'server'), func),
  cost: func,
  maxKeys: integer({ min: 2 }),
  name: text,
}
