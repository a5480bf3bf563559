import { AbandonedError, keepCause, RejectedError } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { eventsOf, resultOf, worldOf } from '../fixtures/world.ts'
import { fallback, timeout } from '../index.ts'
import type { FallbackOptions, Substitute } from '../index.ts'

const substitute: Result = { content: [{ type: 'text', text: 'the last known answer' }] }
const replaced = (outcome: string) => ({ ...substitute, _meta: { 'millrace/fallback': outcome } })
const broken = new Error('broken')
const code = (value: unknown) => Object.assign(new Error('coded'), { code: value })

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
  async (call) => {
    const result = { content: [], isError: true }
    keepCause(call, result, error)
    return result
  }

const answer = (
  ending: Ending,
  given: Substitute = substitute,
  options: FallbackOptions = {},
  call: FakeCallOptions = {},
) => fallback(given, options)(fakeCall(call), ending)

// To replace an error is what it is for.
const broke = /identity|thrown string/
describe('fallback keeps the contract of a middleware', () => {
  const kept = middlewareContract(() => fallback(substitute)).filter(({ name }) => !broke.test(name))
  for (const { name, run } of kept) it(name, run)
  describe('that declines', () => {
    for (const { name, run } of middlewareContract(() => fallback(() => undefined))) it(name, run)
  })
})

describe('fallback answers in place of', () => {
  it.each<[string, Ending, string]>([
    ['an error', throws(broken), 'failed'],
    ['a thrown string', throws('broken'), 'failed'],
    ['an error that an SDK hid', hides(broken), 'failed'],
    ['a request that the handler aborted', throws(new DOMException('late', 'AbortError')), 'failed'],
    ['a refusal', throws(new RejectedError('full', { code: 'ERR_QUEUE_FULL' })), 'rejected'],
    ['what was given up', throws(new AbandonedError('late', { code: 'ERR_TIMED_OUT' })), 'abandoned'],
  ])('%s, and says so', async (_, ending, outcome) => {
    expect(await answer(ending)).toEqual(replaced(outcome))
  })

  it.each<[string, Ending]>([
    ['an answer', answers(resultOf(1))],
    ['undefined', answers(undefined)],
    ['an isError answer of the tool’s own', answers({ content: [], isError: true })],
    ['a question to the caller', answers({ resultType: 'input_required' })],
  ])('but not of %s', async (_, ending) => {
    const own = await ending(fakeCall())
    expect(await answer(async () => own)).toBe(own)
  })

  it.each([
    ['invalid parameters', code(-32602)],
    ['an unknown resource', code(-32002)],
  ])('and not of %s', async (_, error) => {
    await expect(answer(throws(error))).rejects.toBe(error)
  })

  it('what its author says, and nothing else', async () => {
    const when: FallbackOptions['when'] = ({ outcome, result }) => outcome === 'toolError' || result?.['empty'] === true
    expect(await answer(answers({ isError: true }), substitute, { when })).toEqual(replaced('toolError'))
    expect(await answer(answers({ empty: true }), substitute, { when })).toEqual(replaced('ok'))
    await expect(answer(throws(broken), substitute, { when })).rejects.toBe(broken)
  })

  it('no call that is cancelled, whatever its author says', async () => {
    const when = vi.fn<() => boolean>(() => true)
    const world = worldOf(fallback(substitute, { when }))
    const sent = world.send()
    const { reject } = await world.arrived(0)
    sent.call.abort('gone')
    reject(broken)
    await expect(sent.answer).rejects.toBe(broken)
    expect(when).not.toHaveBeenCalled()
  })

  it('what a timeout inside it gave up', async () => {
    const world = worldOf((call, next) => fallback(substitute)(call, (call) => timeout({ timeoutMs: 100 })(call, next)))
    const sent = world.send()
    world.clock.advance(100)
    expect(await sent.answer).toEqual(replaced('abandoned'))
  })
})

describe('the substitute', () => {
  it('may be made for the call and the error', async () => {
    const make = async (call: Call, error: unknown): Promise<Result> => ({
      content: [],
      for: call.target,
      why: (error as Error).message,
    })
    expect(await answer(throws(broken), make)).toMatchObject({ for: 'tool', why: 'broken' })
    expect(await answer(hides(broken), make)).toMatchObject({ for: 'tool', why: 'broken' })
  })

  it('may decline, and the caller then gets what there was', async () => {
    await expect(answer(throws(broken), () => undefined)).rejects.toBe(broken)
    expect(await answer(hides(broken), () => undefined)).toEqual({ content: [], isError: true })
  })

  it('may fail, and the caller then gets the first error', async () => {
    const faulty = () => {
      throw new Error('faulty substitute')
    }
    await expect(answer(throws(broken), faulty)).rejects.toBe(broken)
  })

  it('may decline with null as well', async () => {
    const run = () => expect(answer(throws(broken), () => null)).rejects.toBe(broken)
    expect(await eventsOf(run)).toEqual([])
    expect(await answer(hides(broken), () => null)).toEqual({ content: [], isError: true })
  })

  it.each<[unknown, string]>([
    ['no', 'a string'],
    [7, 'a number'],
    [false, 'a boolean'],
    [[{ type: 'text', text: 'no' }], 'an array'],
    [() => substitute, 'a function'],
    [broken, 'an error'],
    [new Map(), 'an object of another class'],
  ])('fails when it is made as %o, and the caller then gets the first error', async (made, kind) => {
    const run = () => expect(answer(throws(broken), () => made as Result)).rejects.toBe(broken)
    const error = new TypeError(`fallback: the function must give a result, undefined or null, got ${kind}`)
    expect(await eventsOf(run)).toEqual([
      { type: 'fallback.failed', operation: 'tools/call tool', outcome: 'failed', error },
    ])
  })

  it('keeps its own _meta and is never changed', async () => {
    const given = Object.freeze({ content: [], _meta: Object.freeze({ own: 1 }) })
    expect(await answer(throws(broken), given)).toEqual({
      content: [],
      _meta: { own: 1, 'millrace/fallback': 'failed' },
    })
  })

  it.each([
    ['tools/call', { content: [] }, true],
    ['tools/call', { contents: [] }, false],
    ['resources/read', { contents: [] }, true],
    ['resources/read', { content: [] }, false],
    ['prompts/get', { messages: [] }, true],
    ['tools/list', { tools: [] }, true],
    ['tools/list', { content: [] }, false],
    ['own/method', { anything: 1 }, true],
    ['__proto__', { anything: 1 }, true],
  ])('for %s is taken when it is %j: %s', async (method, given: Result, isTaken) => {
    const answering = answer(throws(broken), given, {}, { method })
    if (isTaken) expect(await answering).toMatchObject(given)
    else await expect(answering).rejects.toBe(broken)
  })
})

describe('fallback says', () => {
  it('that it answered, and for what', async () => {
    expect(await eventsOf(() => answer(throws(broken)))).toEqual([
      { type: 'fallback.used', operation: 'tools/call tool', outcome: 'failed', error: broken },
    ])
  })

  it('that the substitute failed, and with what', async () => {
    const error = new Error('faulty substitute')
    const run = () => expect(answer(throws(broken), () => Promise.reject(error))).rejects.toBe(broken)
    expect(await eventsOf(run)).toEqual([
      { type: 'fallback.failed', operation: 'tools/call tool', outcome: 'failed', error },
    ])
  })
})

describe('fallback refuses', () => {
  it.each<[unknown, unknown, string]>([
    [undefined, {}, 'fallback: expected a result or a function (call, error) => …, got undefined'],
    [null, {}, 'fallback: expected a result or a function (call, error) => …, got null'],
    ['sorry', {}, 'fallback: expected a result or a function (call, error) => …, got a string'],
    [broken, {}, 'fallback: expected a result or a function (call, error) => …, got an error'],
    [[], {}, 'fallback: expected a result or a function (call, error) => …, got an array'],
    [
      { content: 'sorry' },
      {},
      "fallback: content must be an array such as [{ type: 'text', text: '…' }], got a string",
    ],
    [substitute, { when: 'failed' }, "fallback.when must be a function, got 'failed'"],
    [substitute, { where: 1 }, 'fallback.where is not an option; there is when'],
  ])('%o with %o', (given, options, message) => {
    expect(() => fallback(given as Substitute, options as FallbackOptions)).toThrow(new TypeError(message))
  })
})
