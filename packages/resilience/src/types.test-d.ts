import type { AbandonedError, Call, Middleware, RejectedError, ResilienceEvent, Result } from '@millrace/core'
import { expectTypeOf } from 'vitest'
import {
  breaker,
  CircuitOpenError,
  exponential,
  fallback,
  hedge,
  limitResult,
  retry,
  retryBudget,
  TimedOutError,
  timeout,
} from './index.ts'
import type {
  BreakerSnapshot,
  BreakerState,
  BreakerStats,
  Ending,
  IsFailure,
  ResourceLink,
  RetryBudget,
} from './index.ts'

// Each is a middleware that says where it stands.
expectTypeOf(timeout()).toExtend<Middleware>()
expectTypeOf(timeout().stage).toEqualTypeOf<'timeout'>()
expectTypeOf(retry().stage).toEqualTypeOf<'retry'>()
expectTypeOf(breaker().stage).toEqualTypeOf<'breaker'>()
expectTypeOf(fallback({ content: [] }).stage).toEqualTypeOf<'fallback'>()
expectTypeOf(hedge().stage).toEqualTypeOf<'hedge'>()
expectTypeOf(limitResult().stage).toEqualTypeOf<'limitResult'>()

// Functions of an author know what they get.
timeout({ timeoutMs: (call) => (expectTypeOf(call).toEqualTypeOf<Call>(), 5) })
retry({
  delaysMs: exponential({ firstMs: 5 }),
  budget: retryBudget({ ratio: 0.1 }),
  isFailure: (ending, call) => {
    expectTypeOf(ending).toEqualTypeOf<Ending>()
    expectTypeOf(ending.error).toBeUnknown()
    expectTypeOf(call).toEqualTypeOf<Call>()
    return ending.outcome === 'failed'
  },
})
fallback(async (call, error) => {
  expectTypeOf(call).toEqualTypeOf<Call>()
  expectTypeOf(error).toBeUnknown()
  return undefined
})
limitResult({
  link: (call, whole) => {
    expectTypeOf(call).toEqualTypeOf<Call>()
    expectTypeOf(whole).toEqualTypeOf<Result>()
    return { uri: 'a://b', name: 'b' }
  },
})
expectTypeOf<ResourceLink['uri']>().toBeString()

// A breaker can be asked, and its states are told apart by their type.
const one = breaker({ window: 'time', size: 10, openMs: [1000, 5000], key: (call) => call.operation })
expectTypeOf(one.state).toEqualTypeOf<(key: string) => BreakerState | undefined>()
const state = {} as BreakerState
if (state.type === 'open') expectTypeOf(state.until).toBeNumber()
if (state.type === 'halfOpen') expectTypeOf(state.permits).toBeNumber()
if (state.type === 'closed') expectTypeOf(state.failures).toBeNumber()
expectTypeOf<Extract<ResilienceEvent, { type: 'breaker.rejected' }>['rejected']>().toBeNumber()
expectTypeOf(one.stats).toBeCallableWith()
expectTypeOf(one.stats()).toEqualTypeOf<BreakerStats>()
expectTypeOf(one.stats('key')).toEqualTypeOf<BreakerStats | undefined>()
expectTypeOf(one.toJSON()).toEqualTypeOf<BreakerSnapshot>()
breaker({ initialState: one.toJSON() })
expectTypeOf<IsFailure>().parameter(1).toEqualTypeOf<Call>()
expectTypeOf<RetryBudget['withdraw']>().returns.toBeBoolean()
expectTypeOf(new TimedOutError('late')).toExtend<AbandonedError>()
expectTypeOf(new CircuitOpenError('open', 5)).toExtend<RejectedError>()

// @ts-expect-error not an option
timeout({ ms: 5 })
// @ts-expect-error one of two words
breaker({ window: 'calls' })
// @ts-expect-error a budget or false
retry({ budget: 0.2 })
// @ts-expect-error a result or a function
fallback('sorry')
// @ts-expect-error a link has a name
limitResult({ link: () => ({ uri: 'a://b' }) })
// @ts-expect-error undefined is no state to look into
expectTypeOf(one.state('a').type).toBeString()
