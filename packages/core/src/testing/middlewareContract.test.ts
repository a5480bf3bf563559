import { describe, expect, it } from 'vitest'
import { withCall } from '../call.ts'
import { cancellation } from '../cancellation.ts'
import type { Clock } from '../clock.ts'
import { failuresOf } from '../fixtures/failuresOf.ts'
import { identity, inLine, leaving, singleFlight, timeout } from '../fixtures/soundMiddleware.ts'
import type { Middleware } from '../middleware.ts'
import { middlewareContract } from './middlewareContract.ts'

const cases = {
  answer: 'gives the caller what the handler answered',
  isError: 'passes an isError result through as it is',
  error: "passes the handler's own error through with its identity",
  string: 'passes a thrown string through',
  undefined: 'passes a result that is undefined through',
  frozen: 'mutates neither the call nor its parameters',
  whole: 'hands the handler a call on which everything works',
  onceWell: 'runs a tool that is not idempotent once when it succeeds',
  onceBadly: 'runs a tool that is not idempotent once when it fails',
  principals: "never gives one principal another's result",
  arguments: 'keeps calls with different arguments apart when they overlap',
  equal: 'answers every one of several equal calls that overlap',
  gone: 'tells the handler that its only caller has gone, settles, and leaves no timer',
  timers: 'leaves no timer behind for each call it has answered',
} as const

const ofEachKind = new Set(['answer', 'isError', 'error', 'string', 'undefined', 'frozen', 'whole', 'gone'])

const namesOf = (name: keyof typeof cases): readonly string[] =>
  ofEachKind.has(name) ? [cases[name], `${cases[name]}, for a tool that only reads`] : [cases[name]]

describe('the contract of middleware', () => {
  it.each<[string, () => Middleware]>([
    ['passes everything on', () => (call, next) => next(call)],
    ['waits and passes on', () => async (call, next) => await next(call)],
    ['derives a call', () => (call, next) => next(withCall(call, { deadline: call.deadline }))],
    ['bounds a call in time', () => timeout(1000)],
    ['shares what may be shared', () => singleFlight(identity)],
    ['lets one call through at a time', inLine],
    ['is done with a caller who goes', () => leaving],
  ])('is kept by one that %s', async (_, make) => {
    expect(await failuresOf(middlewareContract(make))).toEqual([])
  })

  it.concurrent.for<[string, (clock: Clock) => Middleware, ReadonlyArray<keyof typeof cases>]>([
    ['swallows errors', () => (call, next) => next(call).catch(() => ({ content: [] })), ['error', 'string']],
    [
      'wraps errors in its own',
      () => (call, next) =>
        next(call).catch((cause: unknown) => {
          throw new Error('It failed.', { cause })
        }),
      ['error', 'string'],
    ],
    [
      'throws what a tool has marked isError',
      () => async (call, next) => {
        const result = await next(call)
        if (result?.['isError'] === true) throw new Error('tool error')
        return result
      },
      ['isError'],
    ],
    ['loses undefined', () => async (call, next) => (await next(call)) ?? { content: [] }, ['undefined']],
    [
      'keeps only the content',
      () => async (call, next) => {
        const result = await next(call)
        return result && { content: result['content'] }
      },
      ['answer', 'isError', 'principals', 'arguments', 'equal'],
    ],
    [
      'writes on the call',
      () => (call, next) => next(Object.assign(call, { startedAt: call.clock.now() })),
      ['frozen'],
    ],
    [
      'changes the call and puts it back',
      () => async (call, next) => {
        const open = call as { input: unknown }
        const { input } = open
        open.input = {}
        const result = next(call)
        open.input = input
        return result
      },
      // A derived call has no setters.
      ['frozen', 'whole'],
    ],
    [
      'writes into the arguments',
      () => (call, next) => next(Object.assign(call, { input: Object.assign(call.input as object, { seen: true }) })),
      ['frozen', 'whole', 'arguments'],
    ],
    ['copies the call by spreading', () => (call, next) => next({ ...call }), ['whole', 'gone']],
    [
      'grants more time than the caller has',
      () => (call, next) => next(withCall(call, { deadline: call.clock.now() + 1e9 })),
      ['whole'],
    ],
    ['drops notifications', () => (call, next) => next(withCall(call, { notify: async () => {} })), ['whole']],
    [
      'calls next twice',
      () => async (call, next) => {
        await next(call)
        return next(call)
      },
      ['onceWell', 'whole'],
    ],
    [
      'retries whatever fails',
      () => async (call, next) => {
        try {
          return await next(call)
        } catch {
          return next(call)
        }
      },
      ['onceBadly', 'gone'],
    ],
    [
      'shares across principals',
      () => singleFlight(({ input, traits }) => JSON.stringify([input, traits])),
      ['principals'],
    ],
    ['shares across arguments', () => singleFlight(({ principal }) => String(principal)), ['arguments']],
    [
      'answers only the first of several equal calls',
      () => {
        const running = new Set<string>()
        return (call, next) => {
          const key = identity(call)
          if (running.has(key)) return new Promise(() => {})
          running.add(key)
          return next(call).finally(() => running.delete(key))
        }
      },
      ['equal'],
    ],
    [
      'leaves a timer',
      (clock) => (call, next) => {
        clock.after(1000, () => {})
        return next(call)
      },
      ['gone', 'timers'],
    ],
    [
      'leaves a timer when the call fails',
      () => async (call, next) => {
        const timer = call.clock.after(1000, () => {})
        const result = await next(call)
        timer.cancel()
        return result
      },
      ['gone'],
    ],
    [
      'does not pass cancellation on',
      () => (call, next) => next(withCall(call, { cancellation: cancellation() })),
      ['gone'],
    ],
    [
      'never answers',
      () => (call, next) => next(call).then(() => new Promise(() => {})),
      ['answer', 'isError', 'undefined', 'frozen', 'whole', 'principals', 'arguments', 'equal', 'timers', 'onceWell'],
    ],
    [
      'never calls next',
      () => async () => ({ content: [] }),
      [
        'answer',
        'isError',
        'error',
        'string',
        'undefined',
        'whole',
        'onceWell',
        'onceBadly',
        'principals',
        'arguments',
        'equal',
        'gone',
      ],
    ],
  ])('is broken by one that %s', { timeout: 20_000 }, async ([, make, broken], { expect }) => {
    const failures = await failuresOf(middlewareContract(make))
    expect(failures.toSorted()).toEqual(broken.flatMap(namesOf).toSorted())
  })

  it('has no case that no fault breaks', () => {
    const names = middlewareContract(() => (call, next) => next(call)).map(({ name }) => name)
    expect(names.toSorted()).toEqual(
      Object.keys(cases)
        .flatMap((name) => namesOf(name as keyof typeof cases))
        .toSorted(),
    )
  })
})
