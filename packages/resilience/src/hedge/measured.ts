import type { Call, Next, Result } from '@millrace/core'
import { answered, isDependencyFailure, isRequestFault, isToldOf } from '../ending.ts'
import type { Latency } from './latency.ts'

/** Runs a call and notes how long it took, if it brought an answer. */
export const measured = (latency: Latency, call: Call, next: Next, startedAt: number): Promise<Result> =>
  next(call).then((result) => {
    if (isGood(result, call)) latency.record(call.clock.now() - startedAt)
    return result
  })

/** Whether a result is an answer, good or bad news, and no failure or invalid request that an SDK hid. */
export const isGood = (result: Result, call: Call): boolean => {
  if (!isToldOf(result)) return true
  const ending = answered(result, call)
  const isNone = ending.outcome === 'cancelled' || ending.outcome === 'rejected' || isRequestFault(ending)
  return !isNone && !isDependencyFailure(ending, call)
}
