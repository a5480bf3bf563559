import { asMiddleware, checkOptions, func, isAborted } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { answered, isRequestFault, isToldOf, threw } from '../ending.ts'
import type { Ending } from '../ending.ts'
import { events } from '../report.ts'
import { makeOf } from './substitute.ts'
import type { Make, Substitute } from './substitute.ts'

/** Options of `fallback`. */
export interface FallbackOptions {
  /**
   * Which endings are replaced; never asked of a cancelled call and of what is wrong with the request itself.
   * @default refused, given up or thrown
   */
  readonly when?: ((ending: Ending, call: Call) => boolean) | undefined
}

/**
 * Answers in place of what failed. The answer says what it is: `_meta['millrace/fallback']` is the outcome it stands
 * for. When the substitute itself fails, or makes what is no result, the caller gets the first error and an event says so.
 *
 * Stands outside the cache, or the substitute would come before a stale answer; it is never stored.
 *
 * @throws TypeError when the substitute or an option makes no sense.
 */
export const fallback = (
  substitute: Substitute,
  options: FallbackOptions = {},
): Middleware & { readonly stage: 'fallback' } => {
  const make = makeOf(substitute)
  checkOptions('fallback', options, { when: func })
  const { when = isReplaced } = options
  const plan: FallbackPlan = { when, make }
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
  readonly make: Make
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
  let answer: Result | undefined
  try {
    const made = await plan.make(call, error)
    answer = made && { ...made, _meta: { ...(made['_meta'] as object | undefined), 'millrace/fallback': outcome } }
  } catch (failure) {
    if (events.hasSubscribers) events.publish({ type: 'fallback.failed', operation, outcome, error: failure })
    return undefined
  }
  if (answer !== undefined && events.hasSubscribers) {
    events.publish({ type: 'fallback.used', operation, outcome, error })
  }
  return answer
}

const isReplaced = ({ outcome }: Ending): boolean =>
  outcome === 'rejected' || outcome === 'abandoned' || outcome === 'failed'
