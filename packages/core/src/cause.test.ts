import { expect, it, vi } from 'vitest'
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

it('shows nothing on the result or the call, also frozen ones', () => {
  for (const made of [<Value>(value: Value) => value, Object.freeze]) {
    const result = made(toolError())
    const call = made(fakeCall())
    keepCause(call, result, 'thrown')
    expect(Object.getOwnPropertySymbols({ ...result })).toEqual([])
    expect(JSON.stringify(result)).toBe(JSON.stringify(toolError()))
    expect(causeOf({ ...result })).toBeUndefined()
    expect(causeOf(call)).toBe('thrown')
    keepCause(call, Object.freeze(result), 'thrown again')
    expect([causeOf(result), causeOf(call)]).toEqual(['thrown again', 'thrown again'])
  }
})

it('is known to every copy of this package in a process', async () => {
  vi.resetModules()
  const other = await import('./cause.ts')
  const [call, result] = [fakeCall(), toolError()]
  keepCause(withCall(call, {}), result, 'thrown')
  expect(other.causeOf).not.toBe(causeOf)
  expect([other.causeOf(result), other.causeOf(call), other.hasCause(result)]).toEqual(['thrown', 'thrown', true])
})
