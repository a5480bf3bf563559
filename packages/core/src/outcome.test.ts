import { runInNewContext } from 'node:vm'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { withCall } from './call.ts'
import type { Result } from './call.ts'
import { cancellation } from './cancellation.ts'
import { keepCause } from './cause.ts'
import { AbandonedError, MillraceError, RejectedError } from './errors.ts'
import { outcomeOf, outcomeOfThrown } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { fakeCall } from './testing/fakeCall.ts'

const rejected = new RejectedError('Full.', { code: 'ERR_QUEUE_FULL' })
const abandoned = new AbandonedError('Late.', { code: 'ERR_TIMED_OUT' })
const abortError = new DOMException('stop', 'AbortError')

const standingFor = (error: unknown): Result => {
  const result = { content: [], isError: true }
  keepCause(fakeCall(), result, error)
  return result
}

describe('outcomeOf', () => {
  it.each<[string, unknown, Outcome]>([
    ['a result', { content: [] }, 'ok'],
    ['an empty result', {}, 'ok'],
    ['a result without a prototype', Object.create(null), 'ok'],
    ['a result that only mentions errors', { isError: false, error: 'x', kind: 'rejected', name: 'AbortError' }, 'ok'],
    ['a complete result of 2026-07-28', { resultType: 'complete', content: [] }, 'ok'],
    ['a result that the tool marked isError', { content: [], isError: true }, 'toolError'],
    ['a request for input', { resultType: 'input_required', inputRequests: {} }, 'inputRequired'],
    ['a refusal', rejected, 'rejected'],
    ['a call given up on', abandoned, 'abandoned'],
    ['an abort', abortError, 'cancelled'],
    ['an error named AbortError', Object.assign(new Error('x'), { name: 'AbortError' }), 'cancelled'],
    ['an error', new Error('x'), 'failed'],
    ['a Millrace error of no kind', new MillraceError('x', { code: 'ERR_X' }), 'failed'],
    ["somebody else's error with a kind", Object.assign(new Error('x'), { kind: 'rejected' }), 'failed'],
    ['a timeout of AbortSignal', new DOMException('late', 'TimeoutError'), 'failed'],
    ['a thrown string', 'broken', 'failed'],
    ['a thrown number', 0, 'failed'],
    ['undefined', undefined, 'failed'],
    ['null', null, 'failed'],
    ['an error of another realm', runInNewContext(`new TypeError('x')`), 'failed'],
    [
      'an abort of another realm',
      runInNewContext(`Object.assign(new Error('x'), { name: 'AbortError' })`),
      'cancelled',
    ],
    ['an isError result that stands for a refusal', standingFor(rejected), 'rejected'],
    ['an isError result that stands for an abort', standingFor(abortError), 'cancelled'],
    ['an isError result that stands for an error', standingFor(new Error('x')), 'failed'],
    ['an isError result that stands for a thrown string', standingFor('x'), 'failed'],
    ['an isError result that stands for a thrown object', standingFor({ reason: 'x' }), 'failed'],
    ['an isError result that stands for a thrown undefined', standingFor(undefined), 'failed'],
  ])('takes %s for what it is', (_, settled, outcome) => {
    expect(outcomeOf(settled)).toBe(outcome)
  })
})

describe('outcomeOfThrown', () => {
  it.each<[string, unknown, Outcome]>([
    ['an object that looks like a result', { content: [] }, 'failed'],
    ['undefined', undefined, 'failed'],
    ['a refusal', rejected, 'rejected'],
    ['a call given up on', abandoned, 'abandoned'],
    ['an abort', abortError, 'cancelled'],
  ])('takes %s for what it is', (_, error, outcome) => {
    expect(outcomeOfThrown(error)).toBe(outcome)
  })
})

describe('with the call', () => {
  it('takes the reason of its cancellation for cancelled, whatever it is', () => {
    const call = fakeCall()
    call.abort('the user pressed stop')
    expect(outcomeOf('the user pressed stop', call)).toBe('cancelled')
    expect(outcomeOfThrown('the user pressed stop', withCall(call, {}))).toBe('cancelled')
    expect(outcomeOf(standingFor('the user pressed stop'), call)).toBe('cancelled')
  })

  it('takes any other error of a cancelled call for what it is', () => {
    const call = fakeCall()
    call.abort('the user pressed stop')
    expect(outcomeOf(new Error('x'), call)).toBe('failed')
    expect(outcomeOf({ content: [] }, call)).toBe('ok')
  })

  it('takes an abort of anything for cancelled once the call is', () => {
    const call = fakeCall()
    call.abort('the user pressed stop')
    expect(outcomeOf(abortError, call)).toBe('cancelled')
    expect(outcomeOf(standingFor(abortError), withCall(call, {}))).toBe('cancelled')
  })

  it('takes the same errors for failures while the call is wanted', () => {
    expect(outcomeOf('the user pressed stop', fakeCall())).toBe('failed')
    expect(outcomeOfThrown(undefined, fakeCall())).toBe('failed')
    expect(outcomeOfThrown(abortError, fakeCall())).toBe('failed')
    expect(outcomeOf(standingFor(abortError), fakeCall())).toBe('failed')
  })

  it('takes a call that a timeout cancelled for abandoned', () => {
    const own = cancellation()
    own.abort(abandoned)
    expect(outcomeOf(own.reason, withCall(fakeCall(), { cancellation: own }))).toBe('abandoned')
  })
})

it('has seven outcomes', () => {
  expectTypeOf<Outcome>().toEqualTypeOf<
    'ok' | 'toolError' | 'rejected' | 'abandoned' | 'failed' | 'cancelled' | 'inputRequired'
  >()
})
