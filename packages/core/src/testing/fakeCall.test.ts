import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { isAborted } from '../abort.ts'
import type { Call } from '../call.ts'
import { systemClock } from '../clock.ts'
import { fakeCall } from './fakeCall.ts'
import type { FakeCallOptions } from './fakeCall.ts'
import { manualClock } from './manualClock.ts'

afterEach(() => vi.restoreAllMocks())

describe('a fake call', () => {
  it('is an anonymous call of a tool that only reads, unless told otherwise', () => {
    const call = fakeCall()
    expect(call).toMatchObject({
      method: 'tools/call',
      target: 'tool',
      operation: 'tools/call tool',
      params: { name: 'tool', arguments: {} },
      input: {},
      deadline: Infinity,
      traits: { readOnly: true },
    })
    expect(call.principal).toBeUndefined()
    expect(call.clock).toBe(systemClock)
    expectTypeOf(call).toExtend<Call>()
  })

  it('is what it is told to be', () => {
    const options = {
      method: 'prompts/get',
      target: 'greeting',
      operation: 'prompts/get (unknown)',
      input: { a: 1 },
      params: { any: 1 },
      principal: 'ann',
      deadline: 5,
      traits: {},
      clock: manualClock(),
      revision: 'r',
      isUnnamed: true,
      isWrapped: true,
      isUndescribed: true,
      acceptsHints: true,
      isExchange: true,
      readsCaller: 'requestInfo',
      sdk: {},
    } satisfies Required<FakeCallOptions>
    const call = fakeCall(options)
    for (const name of Object.keys(options) as Array<keyof FakeCallOptions>) expect(call[name]).toBe(options[name])
    expect(fakeCall({ method: 'prompts/get', target: 'greeting' }).operation).toBe('prompts/get greeting')
  })

  it.each<[FakeCallOptions, unknown, string]>([
    [{ target: 'a', input: { b: 1 } }, { name: 'a', arguments: { b: 1 } }, 'tools/call a'],
    [{ method: 'prompts/get', target: 'a' }, { name: 'a', arguments: {} }, 'prompts/get a'],
    [{ method: 'resources/read', target: 'atlas://city/1' }, { uri: 'atlas://city/1' }, 'resources/read'],
    [{ method: 'resources/list' }, {}, 'resources/list'],
    [{ method: 'tools/list', input: { cursor: 'x' } }, { cursor: 'x' }, 'tools/list'],
    [{ target: undefined }, { name: undefined, arguments: {} }, 'tools/call'],
    [{ params: undefined }, undefined, 'tools/call tool'],
  ])('has the parameters and the operation of its method: %o', (options, params, operation) => {
    expect(fakeCall(options)).toMatchObject({ params, operation })
    expect(fakeCall(options).params).toEqual(params)
  })

  it('keeps what is sent to the caller', async () => {
    const call = fakeCall()
    await call.notify({ method: 'notifications/progress', params: { progress: 1 } })
    expect(call.notifications).toEqual([{ method: 'notifications/progress', params: { progress: 1 } }])
  })

  it('is cancelled when its caller goes, and makes no signal before one is read', () => {
    const controller = vi.spyOn(globalThis, 'AbortController')
    const call = fakeCall()
    call.abort('gone')
    expect(isAborted(call)).toBe(true)
    expect(controller).not.toHaveBeenCalled()
    expect(call.signal).toMatchObject({ aborted: true, reason: 'gone' })
  })
})
