import { expect, it } from 'vitest'
import { withCall } from './call.ts'
import { causeOf, hasCause, keepCause } from './cause.ts'
import { fakeCall } from './testing/fakeCall.ts'

const toolError = () => ({ content: [], isError: true })

it('knows the error behind a result, and no error behind another that looks the same', () => {
  const error = new Error('hidden')
  const result = toolError()
  keepCause(fakeCall(), result, error)
  expect(causeOf(result)).toBe(error)
  expect(causeOf(toolError())).toBeUndefined()
})

it('knows the last error of a call and of every call it was derived from, but of no sibling', () => {
  const call = fakeCall()
  const outer = withCall(call, {})
  const [first, second] = [withCall(outer, {}), withCall(outer, {})]
  const [error, later] = [new Error('first attempt'), new Error('second attempt')]
  const result = toolError()
  keepCause(first, result, error)
  expect([call, outer, first, second].map(causeOf)).toEqual([error, error, error, undefined])
  keepCause(second, toolError(), later)
  expect([call, outer, first, second].map(causeOf)).toEqual([later, later, error, later])
  expect(causeOf(result)).toBe(error)
})

it('tells a thrown undefined from nothing thrown', () => {
  const result = toolError()
  expect(hasCause(result)).toBe(false)
  keepCause(fakeCall(), result, undefined)
  expect(hasCause(result)).toBe(true)
  expect(causeOf(result)).toBeUndefined()
})

it('puts nothing on the result or the call', () => {
  const result = Object.freeze(toolError())
  const call = Object.freeze(fakeCall())
  keepCause(call, result, 'thrown')
  expect(Reflect.ownKeys(result)).toEqual(['content', 'isError'])
  expect(causeOf(call)).toBe('thrown')
})
