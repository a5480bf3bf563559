import { AbandonedError, keepCause, RejectedError } from '@millrace/core'
import type { Call, Traits } from '@millrace/core'
import { fakeCall, manualClock, middlewareContract } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import { CircuitOpenError, retry, timeout } from '../index.ts'
import type { RetryOptions } from '../index.ts'

/** What a handler does, one run after the other; the last goes on. */
type Script = ReadonlyArray<{ readonly error: unknown } | { readonly answer: unknown } | ((call: Call) => unknown)>

/** A retry without chance around a handler that does what it is told, on a clock that moves as fast as it can. */
const play = async (script: Script, options: RetryOptions = {}, sent: FakeCallOptions = {}) => {
  const world = worldOf(retry({ jitterRatio: 0, ...options }))
  const one = world.send(sent)
  const ranAt: number[] = []
  while (one.outcome === 'open') {
    world.clock.advance(0)
    await settle()
    const running = world.handler.calls[ranAt.length]
    if (running === undefined) {
      if (one.outcome === 'open') world.clock.advance(1)
      await settle()
      continue
    }
    ranAt.push(world.clock.now())
    const step = script[Math.min(ranAt.length, script.length) - 1]!
    if (typeof step === 'function') running.resolve(step(running.call) as never)
    else if ('error' in step) running.reject(step.error)
    else running.resolve(step.answer as never)
    await settle()
  }
  return { ranAt, outcome: one.outcome, timers: world.clock.timers }
}

const broken = new Error('broken')
const fails = { error: broken }
const ok = { answer: resultOf('ok') }
const hidden = (error: unknown) => (call: Call) => {
  const result = { content: [], isError: true }
  keepCause(call, result, error)
  return result
}

describe('retry keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => retry())) it(name, run)
  describe('that looks at every answer', () => {
    const make = () => retry({ isFailure: ({ outcome }) => outcome === 'failed', budget: false })
    for (const { name, run } of middlewareContract(make)) it(name, run)
  })
})

describe('retry', () => {
  it('runs what failed again after 1, 2, 4 and 8 s, and then gives its caller the last error', async () => {
    const { ranAt, outcome, timers } = await play([fails])
    expect(ranAt).toEqual([0, 1000, 3000, 7000, 15_000])
    expect(outcome).toEqual({ error: broken })
    expect(timers).toBe(0)
  })

  it('gives its caller the first good answer', async () => {
    const { ranAt, outcome } = await play([fails, fails, ok])
    expect(ranAt).toEqual([0, 1000, 3000])
    expect(outcome).toEqual({ result: resultOf('ok') })
  })

  it('sees an error that an SDK made an isError result of', async () => {
    const { ranAt, outcome } = await play([hidden(broken), ok])
    expect(ranAt).toEqual([0, 1000])
    expect(outcome).toEqual({ result: resultOf('ok') })
  })

  it('gives its caller the last isError result when the errors were hidden in those', async () => {
    const { ranAt, outcome } = await play([hidden(broken)], { attempts: 2, delaysMs: 10 })
    expect(ranAt).toEqual([0, 10])
    expect(outcome).toEqual({ result: { content: [], isError: true } })
  })

  it.each<[string, RetryOptions, number[]]>([
    ['one wait for all', { delaysMs: 50, attempts: 4 }, [0, 50, 100, 150]],
    ['a list, once each', { delaysMs: [10, 30] }, [0, 10, 40]],
    ['a list whose last wait stays', { delaysMs: [10, 30], attempts: 4 }, [0, 10, 40, 70]],
    ['a function', { delaysMs: (count) => count * 10, attempts: 4 }, [0, 10, 30, 60]],
    ['no wait', { delaysMs: 0, attempts: 3 }, [0, 0, 0]],
    ['a function that gives nonsense, at once', { delaysMs: () => Number.NaN, attempts: 2 }, [0, 0]],
    ['a single attempt', { attempts: 1 }, [0]],
    ['a list without an end in sight', { delaysMs: [10, Infinity] }, [0, 10]],
  ])('waits as it is told: %s', async (_, options, expected) => {
    expect((await play([fails], options)).ranAt).toEqual(expected)
  })

  it.each([
    [1, 0, [0, 1000, 3000]],
    [1, 0.25, [0, 750, 2250]],
    [1, 1, [0, 0, 0]],
    [0.5, 1, [0, 500, 1500]],
    [0, 1, [0, 1000, 3000]],
  ])('with jitter %d and chance %d cuts the waits to %j', async (jitterRatio, chance, expected) => {
    const { ranAt } = await play([fails], { jitterRatio, random: () => chance, attempts: 3 })
    expect(ranAt).toEqual(expected)
  })

  it('hands each attempt the call it was given', async () => {
    const world = worldOf(retry({ jitterRatio: 0, delaysMs: 10 }))
    const sent = world.send()
    const first = await world.arrived(0)
    first.reject(broken)
    await settle()
    world.clock.advance(10)
    const second = await world.arrived(1)
    expect([first.call, second.call]).toEqual([sent.call, sent.call])
    second.resolve(resultOf(2))
    expect(await sent.answer).toEqual(resultOf(2))
  })
})

describe('retry repeats', () => {
  const says = (traits: Traits, more: FakeCallOptions = {}): FakeCallOptions => ({ traits, ...more })
  it.each<[string, FakeCallOptions, number]>([
    ['a tool that says it only reads', says({ readOnly: true }), 2],
    ['a tool that says it is idempotent', says({ readOnly: false, idempotent: true, destructive: true }), 2],
    ['no tool that says nothing', says({}), 1],
    ['no tool that writes', says({ readOnly: false }), 1],
    ['no tool that says it both reads and destroys', says({ readOnly: true, destructive: true }), 1],
    ['a wrapped handler that says nothing', says({}, { isWrapped: true }), 2],
    ['no wrapped handler of which nobody knows', says({}, { isWrapped: true, isUndescribed: true }), 1],
    ['a prompt of which nobody knows', { method: 'prompts/get', traits: {}, isUndescribed: true }, 2],
    ['no wrapped handler that writes', says({ readOnly: false }, { isWrapped: true }), 1],
    ['no wrapped handler that is not idempotent', says({ idempotent: false }, { isWrapped: true }), 1],
    ['no wrapped handler that destroys', says({ destructive: true }, { isWrapped: true }), 1],
    ['a list', { method: 'tools/list', traits: {} }, 2],
    ['a resource', { method: 'resources/read', target: 'a://b', traits: {} }, 2],
    ['a prompt', { method: 'prompts/get', target: 'p', traits: {} }, 2],
    ['no subscription', { method: 'resources/subscribe', traits: {} }, 1],
    ['no method it does not know', { method: 'own/method', traits: {} }, 1],
  ])('%s', async (_, sent, runs) => {
    expect((await play([fails], { attempts: 2, delaysMs: 1 }, sent)).ranAt).toHaveLength(runs)
  })

  it('what its author says may be repeated, and nothing else', async () => {
    const options: RetryOptions = { attempts: 2, delaysMs: 1, isRetryable: ({ target }) => target === 'put' }
    expect((await play([fails], options, { target: 'put', traits: {} })).ranAt).toHaveLength(2)
    expect((await play([fails], options, { target: 'get' })).ranAt).toHaveLength(1)
  })

  const code = (value: unknown) => Object.assign(new Error('coded'), { code: value })
  it.each<[string, Script[number], number]>([
    ['after an error', fails, 2],
    ['after a thrown string', { error: 'a string' }, 2],
    ['after undefined was thrown', { error: undefined }, 2],
    ['after an error of Node’s', { error: code('ECONNRESET') }, 2],
    ['after a request of the handler’s own that it aborted', { error: new DOMException('late', 'AbortError') }, 2],
    ['after what was given up further in', { error: new AbandonedError('late', { code: 'ERR_TIMED_OUT' }) }, 2],
    [
      'after a refusal that says when to come back',
      { error: new RejectedError('no', { code: 'ERR_X', retryAfterMs: 5 }) },
      2,
    ],
    ['after one that came through an SDK', hidden(new RejectedError('no', { code: 'ERR_X', retryAfterMs: 5 })), 2],
    ['not after a refusal that does not say when', { error: new RejectedError('no', { code: 'ERR_X' }) }, 1],
    ['not after one that says never', { error: new RejectedError('no', { code: 'ERR_X', retryAfterMs: Infinity }) }, 1],
    ['not after an open circuit', { error: new CircuitOpenError('open', 5) }, 1],
    ['not after an error that says do not retry', { error: Object.assign(new Error('no'), { isRetryable: false }) }, 1],
    ['not after an answer', ok, 1],
    ['not after an isError answer of the tool’s own', { answer: { content: [], isError: true } }, 1],
    ['not after a question to the caller', { answer: { resultType: 'input_required' } }, 1],
    ['not after undefined', { answer: undefined }, 1],
    ['not after invalid parameters', { error: code(-32602) }, 1],
    ['not after an unknown resource', hidden(code(-32002)), 1],
  ])('%s', async (_, step, runs) => {
    expect((await play([step], { attempts: 2, delaysMs: 1 })).ranAt).toHaveLength(runs)
  })

  it('what its author calls a failure, and nothing else', async () => {
    const options: RetryOptions = {
      attempts: 2,
      delaysMs: 1,
      isFailure: ({ outcome, result }) => outcome === 'toolError' && result?.['why'] === 'busy',
    }
    expect((await play([{ answer: { isError: true, why: 'busy' } }], options)).ranAt).toHaveLength(2)
    expect((await play([{ answer: { isError: true } }], options)).ranAt).toHaveLength(1)
    expect((await play([fails], options)).ranAt).toHaveLength(1)
  })

  it('not even what its author calls a failure when the error says do not retry', async () => {
    const never = { error: Object.assign(new Error('no'), { isRetryable: false }) }
    expect((await play([never], { isFailure: () => true })).ranAt).toHaveLength(1)
  })

  it('a good answer when its author says so', async () => {
    const isFailure: RetryOptions['isFailure'] = ({ result }) => result?.['pending'] === true
    const { outcome } = await play([{ answer: { pending: true } }, ok], { isFailure, delaysMs: 1 })
    expect(outcome).toEqual({ result: resultOf('ok') })
  })
})

describe('retry stays inside the deadline', () => {
  it('and does not even wait for an attempt that would begin after it', async () => {
    expect((await play([fails], {}, { deadline: 3000 })).ranAt).toEqual([0, 1000])
    expect((await play([fails], {}, { deadline: 3001 })).ranAt).toEqual([0, 1000, 3000])
  })

  it('when its timer comes late', async () => {
    const clock = manualClock()
    let wake = () => {}
    const late = { now: clock.now, after: (_: number, run: () => void) => ((wake = run), { cancel: () => {} }) }
    const next = vi.fn<() => Promise<never>>().mockRejectedValue(broken)
    const answer = retry({ jitterRatio: 0 })(fakeCall({ clock: late, deadline: 1100 }), next)
    await settle()
    clock.advance(1100)
    wake()
    await expect(answer).rejects.toBe(broken)
    expect(next).toHaveBeenCalledOnce()
  })

  it('of a timeout around it', async () => {
    const [outer, inner] = [timeout({ timeoutMs: 2500 }), retry({ jitterRatio: 0 })]
    const world = worldOf((call, next) => outer(call, (call) => inner(call, next)))
    const sent = world.send()
    for (const [index, at] of [0, 1000].entries()) {
      world.clock.advance(at)
      ;(await world.arrived(index)).reject(broken)
      await settle()
    }
    await expect(sent.answer).rejects.toBe(broken)
    expect(world.clock.now()).toBe(1000)
    expect(world.clock.timers).toBe(0)
  })

  it('and repeats what a timeout inside it gave up', async () => {
    const [outer, inner] = [retry({ jitterRatio: 0, delaysMs: 10 }), timeout({ timeoutMs: 100 })]
    const world = worldOf((call, next) => outer(call, (call) => inner(call, next)))
    const sent = world.send()
    await world.arrived(0)
    world.clock.advance(100)
    await settle()
    world.clock.advance(10)
    const second = await world.arrived(1)
    expect(second.call.deadline).toBe(210)
    second.resolve(resultOf(2))
    expect(await sent.answer).toEqual(resultOf(2))
  })
})
