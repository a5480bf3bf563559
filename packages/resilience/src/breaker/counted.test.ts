import { AbandonedError, keepCause, RejectedError } from '@millrace/core'
import type { Call, Middleware, Result } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import { breaker, timeout } from '../index.ts'
import type { BreakerOptions } from '../index.ts'

const code = (value: unknown) => Object.assign(new Error('coded'), { code: value })
const hidden = (call: Call, error: unknown): Result => {
  const result = { content: [], isError: true }
  keepCause(call, result, error)
  return result
}

type Ending = (call: Call) => Promise<Result>
const answers =
  (result: unknown): Ending =>
  async () =>
    result as Result
const throws =
  (error: unknown): Ending =>
  async () => {
    throw error
  }
const hides =
  (error: unknown): Ending =>
  async (call) =>
    hidden(call, error)

const countOf = async (ending: Ending, options: BreakerOptions = {}) => {
  const one = breaker(options)
  await one(fakeCall({ clock: manualClock() }), ending).catch(() => {})
  return one.state('tools/call tool')
}

describe('what counts', () => {
  it.each<[string, Ending, 'failure' | 'success' | 'nothing']>([
    ['an answer', answers(resultOf(1)), 'success'],
    ['undefined', answers(undefined), 'success'],
    ['an isError answer of the tool’s own', answers({ content: [], isError: true }), 'success'],
    ['a question to the caller', answers({ resultType: 'input_required' }), 'success'],
    ['an error', throws(new Error('broken')), 'failure'],
    ['a thrown string', throws('broken'), 'failure'],
    ['an error that an SDK hid', hides(new Error('broken')), 'failure'],
    ['a request that the handler aborted', throws(new DOMException('late', 'AbortError')), 'failure'],
    ['the same through an SDK', hides(new DOMException('late', 'AbortError')), 'failure'],
    ['something given up further in', throws(new AbandonedError('late', { code: 'ERR_TIMED_OUT' })), 'failure'],
    ['the same through an SDK', hides(new AbandonedError('late', { code: 'ERR_TIMED_OUT' })), 'failure'],
    ['a refusal further in', throws(new RejectedError('full', { code: 'ERR_QUEUE_FULL' })), 'nothing'],
    ['the same through an SDK', hides(new RejectedError('full', { code: 'ERR_QUEUE_FULL' })), 'nothing'],
    ['invalid parameters', throws(code(-32602)), 'nothing'],
    ['an unknown resource', throws(code(-32002)), 'nothing'],
  ])('%s', async (_, ending, expected) => {
    const counts = { calls: expected === 'nothing' ? 0 : 1, failures: expected === 'failure' ? 1 : 0 }
    expect(await countOf(ending)).toMatchObject({ type: 'closed', ...counts })
  })

  it('is for the author to say', async () => {
    const isFailure: BreakerOptions['isFailure'] = ({ outcome, result }) =>
      outcome === 'rejected' || result?.['empty'] === true
    expect(await countOf(answers({ empty: true }), { isFailure })).toMatchObject({ calls: 1, failures: 1 })
    expect(await countOf(answers(resultOf(1)), { isFailure })).toMatchObject({ calls: 1, failures: 0 })
    expect(await countOf(throws(new Error('fine')), { isFailure })).toMatchObject({ calls: 1, failures: 0 })
    const full = new RejectedError('full', { code: 'ERR_QUEUE_FULL' })
    expect(await countOf(throws(full), { isFailure })).toMatchObject({ calls: 1, failures: 1 })
  })

  it('is never the author’s to say of a request that is wrong', async () => {
    const isFailure = vi.fn<() => boolean>(() => true)
    for (const ending of [throws(code(-32602)), hides(code(-32602)), throws(code(-32002))])
      expect(await countOf(ending, { isFailure })).toMatchObject({ calls: 0, failures: 0 })
    expect(isFailure).not.toHaveBeenCalled()
  })

  it('is an error that next throws at once', async () => {
    const one = breaker({ size: 1 })
    const next = () => {
      throw new Error('at once')
    }
    expect(() => one(fakeCall(), next)).toThrow('at once')
    expect(one.state('tools/call tool')?.type).toBe('open')
  })
})

describe('a call that took too long', () => {
  const chained =
    (outer: Middleware, inner: Middleware): Middleware =>
    (call, next) =>
      outer(call, (call) => inner(call, next))

  it('fails though its handler never ends, when a timeout further out gives it up', async () => {
    const one = breaker({ size: 1 })
    const world = worldOf(chained(timeout({ timeoutMs: 100 }), one))
    const sent = world.send()
    world.clock.advance(100)
    await expect(sent.answer).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    expect(one.state('tools/call tool')?.type).toBe('open')
  })

  it('fails also when only its signal and its deadline say so', async () => {
    const one = breaker({ size: 1 })
    const controller = new AbortController()
    const plain = { ...fakeCall(), operation: 'a', deadline: 100, signal: controller.signal, cancellation: undefined }
    void one(plain, () => new Promise(() => {}))
    controller.abort(new AbandonedError('late', { code: 'ERR_TIMED_OUT' }))
    expect(one.state('a')?.type).toBe('open')
  })

  it('fails once, when its handler fails as well', async () => {
    const one = breaker({ size: 2 })
    const world = worldOf(chained(timeout({ timeoutMs: 100 }), one))
    const sent = world.send()
    world.clock.advance(100)
    await sent.answer.catch(() => {})
    world.handler.calls[0]?.reject(new Error('told to stop'))
    await settle()
    expect(one.state('tools/call tool')).toMatchObject({ calls: 1, failures: 1 })
  })

  it('counts as slow, too', async () => {
    const one = breaker({ slowCallMs: 50 })
    const world = worldOf(chained(timeout({ timeoutMs: 100 }), one))
    const sent = world.send()
    world.clock.advance(100)
    await sent.answer.catch(() => {})
    expect(one.state('tools/call tool')).toMatchObject({ calls: 1, failures: 1, slowCalls: 1 })
  })

  it('fails when a timeout further in gives it up', async () => {
    const one = breaker({ size: 1 })
    const world = worldOf(chained(one, timeout({ timeoutMs: 100 })))
    const sent = world.send()
    world.clock.advance(100)
    await sent.answer.catch(() => {})
    expect(one.state('tools/call tool')?.type).toBe('open')
  })
})
