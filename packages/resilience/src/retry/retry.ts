import { asMiddleware, checkOptions, either, func, having, integer, number, off } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { isDependencyFailure, isToldOf } from '../ending.ts'
import type { Ending, IsFailure } from '../ending.ts'
import { isRepeatable, isUnknown, warnOfUndescribed } from '../permission.ts'
import { schedule, waitsOf } from '../schedule.ts'
import type { Schedule } from '../schedule.ts'
import { Attempts } from './attempts.ts'
import type { RetryPlan } from './attempts.ts'
import { retryAfterOf } from './retryAfter.ts'
import { retryBudget } from './retryBudget.ts'
import type { RetryBudget } from './retryBudget.ts'

/** Options of `retry`. */
export interface RetryOptions {
  /**
   * How often the handler may run for one call, the first time included; from 1 to 100.
   * @default one more than `delaysMs` has items when that is a list, else 5
   */
  readonly attempts?: number | undefined
  /** How long to wait before the second, third, … attempt, before jitter. @default 1, 2, 4, then 8 s */
  readonly delaysMs?: Schedule | undefined
  /** How much of a wait is left to chance, from 0 (none) to 1 (full jitter). @default 1 */
  readonly jitterRatio?: number | undefined
  /** Longest wait that an error may ask for (`retryAfterMs`, `Retry-After`), in milliseconds. @default 10_000 */
  readonly maxRetryAfterMs?: number | undefined
  /** How many retries all calls together may have; `false` for no bound. @default a `retryBudget()` of its own */
  readonly budget?: RetryBudget | false | undefined
  /**
   * Which calls may be repeated. @default methods that read, tools that say they only read or are idempotent, and a
   * handler this is wrapped around whose tool says nothing of itself; where its server has no `use`, which would know
   * what the tool says, only what never ran is
   */
  readonly isRetryable?: ((call: Call) => boolean) | undefined
  /**
   * Which endings are worth another attempt; never asked of cancelled calls and of what is wrong with the request
   * itself. @default the handler threw or took too long; a refusal that says when to come back
   */
  readonly isFailure?: IsFailure | undefined
  /** A random number from 0 to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined
}

/**
 * Runs what failed again: only what may be repeated, inside the call's deadline and the budget, never after an error
 * with `isRetryable: false`, and not a moment longer once the call is cancelled. The caller gets the last ending.
 *
 * @throws TypeError when an option makes no sense.
 */
export const retry = (options: RetryOptions = {}): Middleware & { readonly stage: 'retry' } => {
  checkOptions('retry', options, checks)
  const {
    delaysMs = [1000, 2000, 4000, 8000],
    attempts = Array.isArray(delaysMs) ? delaysMs.length + 1 : 5,
    jitterRatio = 1,
    maxRetryAfterMs = 10_000,
    budget = retryBudget(),
    isRetryable = isRepeatable,
    isFailure = isWorthRetrying,
    random = Math.random,
  } = options
  const waitMs = waitsOf(delaysMs)
  const plan: RetryPlan = { attempts, waitMs, jitterRatio, maxRetryAfterMs, budget, isFailure, random }
  const unknownPlan: RetryPlan = { ...plan, isFailure: neverRan(isFailure) }
  const planFor = (call: Call): RetryPlan | undefined => {
    if (isRetryable(call)) return plan
    if (options.isRetryable !== undefined || !isUnknown(call)) return undefined
    warnOfUndescribed('retry', 'isRetryable', 'only what was refused and never ran is repeated')
    return unknownPlan
  }
  const looksAtAnswers = options.isFailure !== undefined
  return asMiddleware(
    (call, next) => {
      const own = planFor(call)
      if (own === undefined) return next(call)
      if (budget !== false) budget.deposit(call.clock.now())
      return next(call).then(
        (result) => (looksAtAnswers || isToldOf(result) ? new Attempts(own, call, next).afterAnswer(result) : result),
        (error: unknown) => new Attempts(own, call, next).afterError(error),
      )
    },
    { stage: 'retry', covers: isRetryable },
  )
}

const isWorthRetrying: IsFailure = (ending, call) =>
  isDependencyFailure(ending, call) || (ending.outcome === 'rejected' && isInvitation(ending))

const neverRan =
  (isFailure: IsFailure): IsFailure =>
  (ending, call) =>
    ending.outcome === 'rejected' && isFailure(ending, call)

const isInvitation = ({ error }: Ending): boolean => retryAfterOf(error, 0) !== undefined

const checks = {
  attempts: integer({ min: 1, max: 100 }),
  delaysMs: schedule,
  jitterRatio: number({ min: 0, max: 1 }),
  maxRetryAfterMs: number({ min: 0, unlimited: true }),
  budget: either(having('a budget', 'deposit', 'withdraw', 'balance'), off),
  isRetryable: func,
  isFailure: func,
  random: func,
}
