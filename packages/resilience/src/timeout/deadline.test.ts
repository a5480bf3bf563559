import { isAborted } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import { TimedOutError, timeout } from '../index.ts'
import type { TimeoutOptions } from '../index.ts'

describe('the deadline', () => {
  it.each([
    ['its own when the call has none', Infinity, 500, 1500],
    ['its own when that is sooner', 9000, 500, 1500],
    ['the call’s when that is sooner', 1200, 500, 1200],
    ['the call’s when it sets no limit', 1200, Infinity, 1200],
  ])('passed down is %s', async (_, deadline, timeoutMs, expected) => {
    const world = worldOf(timeout({ timeoutMs }), 1000)
    const sent = world.send({ deadline })
    const { call } = await world.arrived(0)
    expect(call.deadline).toBe(expected)
    world.clock.advance(expected - 1000 - 1)
    await settle()
    expect(sent.outcome).toBe('open')
    world.clock.advance(1)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
  })

  it('that is nobody’s leaves the call as it is', async () => {
    const world = worldOf(timeout({ timeoutMs: Infinity }))
    const sent = world.send()
    expect((await world.arrived(0)).call).toBe(sent.call)
    expect(world.clock.timers).toBe(0)
  })

  it('that has passed keeps the call from starting', async () => {
    const world = worldOf(timeout({ timeoutMs: 500 }), 1000)
    const sent = world.send({ deadline: 1000 })
    await expect(sent.answer).rejects.toMatchObject({
      code: 'ERR_DEADLINE',
      kind: 'rejected',
      message: 'The call was not started because its deadline had passed.',
    })
    expect(world.handler.calls).toHaveLength(0)
  })

  it('of a timeout inside another is the sooner of both, and the outer one ends the inner', async () => {
    const [outer, inner] = [timeout({ timeoutMs: 100 }), timeout({ timeoutMs: 300 })]
    const world = worldOf((call, next) => outer(call, (call) => inner(call, next)))
    const sent = world.send()
    const { call } = await world.arrived(0)
    expect(call.deadline).toBe(100)
    world.clock.advance(100)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
    expect(isAborted(call)).toBe(true)
    expect(world.clock.timers).toBe(0)
  })
})

describe('the limit', () => {
  it('may depend on the call', async () => {
    const world = worldOf(timeout({ timeoutMs: (call) => (call.target === 'slow' ? 2000 : 100) }))
    const [slow, fast] = [world.send({ target: 'slow' }), world.send({ target: 'fast' })]
    world.clock.advance(100)
    await expect(fast.answer).rejects.toThrow(TimedOutError)
    expect(slow.outcome).toBe('open')
    world.clock.advance(1900)
    await expect(slow.answer).rejects.toThrow(TimedOutError)
  })

  it('is half a minute when nothing is said', async () => {
    const world = worldOf(timeout())
    const sent = world.send()
    world.clock.advance(29_999)
    await settle()
    expect(sent.outcome).toBe('open')
    world.clock.advance(1)
    await expect(sent.answer).rejects.toThrow(TimedOutError)
  })

  it.each<[unknown, string]>([
    [{ timeoutMs: 0 }, 'timeout.timeoutMs must be a number ≥ 1 or Infinity or a function, got 0'],
    [{ timeoutMs: -5 }, 'timeout.timeoutMs must be a number ≥ 1 or Infinity or a function, got -5'],
    [{ timeoutMs: '5' }, "timeout.timeoutMs must be a number ≥ 1 or Infinity or a function, got '5'"],
    [{ timeoutMs: Number.NaN }, 'timeout.timeoutMs must be a number ≥ 1 or Infinity or a function, got NaN'],
    [{ timeout: 5 }, 'timeout.timeout is not an option; did you mean timeoutMs?'],
    [500, 'timeout: options must be an object, got 500'],
  ])('%o is refused', (options, message) => {
    expect(() => timeout(options as TimeoutOptions)).toThrow(new TypeError(message))
  })

  it.each([0, -1, Number.NaN, undefined, '5'])('%o is refused when a function gives it', (value) => {
    const middleware = timeout({ timeoutMs: () => value as number })
    expect(() => middleware(fakeCall(), async () => resultOf(1))).toThrow(
      new TypeError(`timeout.timeoutMs must give a number above 0 or Infinity, got ${String(value)}`),
    )
  })
})
