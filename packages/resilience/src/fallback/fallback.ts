import { asMiddleware, checkOptions, func, isAborted, kindOf } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { answered, isRequestFault, isToldOf, threw } from '../ending.ts'
import type { Ending } from '../ending.ts'
import { events } from '../report.ts'
import { fits } from './fits.ts'

/** Options of `fallback`. */
export interface FallbackOptions {
  /**
   * Which endings are replaced; never asked of a cancelled call and of what is wrong with the request itself.
   * @default refused, given up or thrown
   */
  readonly when?: ((ending: Ending, call: Call) => boolean) | undefined
}

/**
 * What to answer instead: a result, or a function that makes one and may decline with undefined. A result as it stands
 * is given only where it has the form that the method answers with.
 */
export type Substitute = Result | ((call: Call, error: unknown) => Result | undefined | Promise<Result | undefined>)

/**
 * Answers in place of what failed. The answer says what it is: `_meta['millrace/fallback']` is the outcome it stands
 * for. When the substitute itself fails, the caller gets the first error and an event says so.
 *
 * Stands outside the cache, or the substitute would come before a stale answer; it is never stored.
 *
 * @throws TypeError when the substitute or an option makes no sense.
 */
export const fallback = (
  substitute: Substitute,
  options: FallbackOptions = {},
): Middleware & { readonly stage: 'fallback' } => {
  if (typeof substitute !== 'function' && !isResult(substitute)) {
    throw new TypeError(`fallback: expected a result or a function (call, error) => …, got ${kindOf(substitute)}`)
  }
  if (typeof substitute !== 'function' && 'content' in substitute && !Array.isArray(substitute['content'])) {
    throw new TypeError(
      `fallback: content must be an array such as [{ type: 'text', text: '…' }], got ${kindOf(substitute['content'])}`,
    )
  }
  checkOptions('fallback', options, { when: func })
  const { when = isReplaced } = options
  const plan: FallbackPlan = { when, make: typeof substitute === 'function' ? substitute : givenTo(substitute) }
  const looksAtAnswers = options.when !== undefined
  return asMiddleware(
    (call: Call, next: Next) =>
      next(call).then(
        (result) => (looksAtAnswers || isToldOf(result) ? afterAnswer(plan, call, result) : result),
        (error: unknown) => afterError(plan, call, error),
      ),
    { stage: 'fallback' },
  )
}

interface FallbackPlan {
  readonly when: (ending: Ending, call: Call) => boolean
  readonly make: (call: Call, error: unknown) => Result | undefined | Promise<Result | undefined>
}

const afterAnswer = async (plan: FallbackPlan, call: Call, result: Result): Promise<Result> =>
  (await replace(plan, call, answered(result, call))) ?? result

const afterError = async (plan: FallbackPlan, call: Call, error: unknown): Promise<Result> => {
  const replaced = await replace(plan, call, threw(error, call))
  if (replaced === undefined) throw error
  return replaced
}

const replace = async (plan: FallbackPlan, call: Call, ending: Ending): Promise<Result | undefined> => {
  const { outcome, error } = ending
  if (outcome === 'cancelled' || isAborted(call) || isRequestFault(ending) || !plan.when(ending, call)) return undefined
  const { operation } = call
  let made: Result | undefined
  try {
    made = await plan.make(call, error)
  } catch (failure) {
    if (events.hasSubscribers) events.publish({ type: 'fallback.failed', operation, outcome, error: failure })
    return undefined
  }
  if (made === undefined) return undefined
  if (events.hasSubscribers) events.publish({ type: 'fallback.used', operation, outcome, error })
  return { ...made, _meta: { ...(made['_meta'] as object | undefined), 'millrace/fallback': outcome } }
}

const isReplaced = ({ outcome }: Ending): boolean =>
  outcome === 'rejected' || outcome === 'abandoned' || outcome === 'failed'

const givenTo = (substitute: Result) => (call: Call) => (fits(substitute, call.method) ? substitute : undefined)

const isResult = (value: unknown): value is Result =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
