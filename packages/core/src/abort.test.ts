import { afterEach, describe, expect, it, vi } from 'vitest'
import { abortReason, isAborted, onAbort } from './abort.ts'
import { withCall } from './call.ts'
import type { Call } from './call.ts'
import { cancellation } from './cancellation.ts'
import { fakeCall } from './testing/fakeCall.ts'

afterEach(() => vi.restoreAllMocks())

/** A call of a door that has nothing but the SDK's signal. */
const withSignalOnly = () => {
  const controller = new AbortController()
  const call: Call = { ...fakeCall(), notify: async () => {}, signal: controller.signal }
  return { controller, call: Object.assign(call, { cancellation: undefined }) }
}

describe.each([
  {
    door: 'a door with a cancellation',
    make: () => {
      const call = fakeCall()
      return { call, abort: (reason?: unknown) => call.abort(reason) }
    },
  },
  {
    door: 'a door with a signal only',
    make: () => {
      const { controller, call } = withSignalOnly()
      return { call, abort: (reason?: unknown) => controller.abort(reason) }
    },
  },
  {
    door: 'a middleware that gave the call its own cancellation',
    make: () => {
      const own = cancellation()
      const call = withCall(withCall(fakeCall(), { cancellation: own }), { deadline: 1 })
      return { call, abort: (reason?: unknown) => own.abort(reason) }
    },
  },
])('a call of $door', ({ make }) => {
  it('tells when it is cancelled, once, with the reason', () => {
    const { call, abort } = make()
    const listener = vi.fn<(reason: unknown) => void>()
    onAbort(call, listener)
    expect([isAborted(call), abortReason(call)]).toEqual([false, undefined])
    abort('gone')
    abort('again')
    expect(listener).toHaveBeenCalledExactlyOnceWith('gone')
    expect([isAborted(call), abortReason(call)]).toEqual([true, 'gone'])
  })

  it('tells at once when it is cancelled already', () => {
    const { call, abort } = make()
    abort('gone')
    const listener = vi.fn<(reason: unknown) => void>()
    onAbort(call, listener)()
    expect(listener).toHaveBeenCalledExactlyOnceWith('gone')
  })

  it('tells nobody who has stopped listening', () => {
    const { call, abort } = make()
    const listener = vi.fn<() => void>()
    const other = vi.fn<() => void>()
    const stop = onAbort(call, listener)
    onAbort(call, other)
    stop()
    stop()
    abort()
    expect(listener).not.toHaveBeenCalled()
    expect(other).toHaveBeenCalledOnce()
  })

  it('has an AbortError for a reason when none was given', () => {
    const { call, abort } = make()
    abort()
    expect(abortReason(call)).toMatchObject({ name: 'AbortError' })
    expect(abortReason(call)).toBe(call.signal.reason)
  })
})

it('waits for a cancellation without making an AbortController', () => {
  const controller = vi.spyOn(globalThis, 'AbortController')
  const call = fakeCall()
  const derived = withCall(call, { cancellation: cancellation() })
  onAbort(call, () => {})()
  onAbort(derived, () => {})
  isAborted(derived)
  call.abort()
  abortReason(call)
  expect(controller).not.toHaveBeenCalled()
})
