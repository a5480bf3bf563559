import { describe, expect, expectTypeOf, it, vi } from 'vitest'
import { withCall } from './call.ts'
import type { Call, Result } from './call.ts'
import { asMiddleware, chain, compose } from './middleware.ts'
import type { Middleware, Next } from './middleware.ts'
import { fakeCall } from './testing/fakeCall.ts'
import { held } from './testing/held.ts'

/** Middleware that writes down when it is on the way in and out. */
const noting =
  (log: string[], name: string): Middleware =>
  async (call, next) => {
    log.push(`${name} in`)
    const result = await next(call)
    log.push(`${name} out`)
    return result
  }

const echo: Next = async (call) => ({ content: [], echo: call.input })
const pass: Middleware = (call, next) => next(call)

describe.each([
  { name: 'compose', around: (...middleware: Middleware[]) => compose(...middleware) },
  {
    name: 'chain',
    around: (...middleware: Middleware[]) => {
      const all = chain(...middleware)
      return (next: Next): Next =>
        (call) =>
          all(call, next)
    },
  },
])('$name', ({ name, around }) => {
  it.each([
    [(call: Call) => ({ ...call }), 'a copy of one'],
    [() => undefined, 'nothing'],
    [() => 'a call', 'a call'],
  ])('says what next expects when it is given something else', async (change, got) => {
    const wrong: Middleware = (call, next) => next(change(call) as Call)
    const message = `next: expected a call, got ${got}: pass the call on, or withCall(call, { … }) to change it`
    for (const run of [around(wrong)(echo), around(wrong, pass)(echo)]) {
      await expect(run(withCall(fakeCall(), {}))).rejects.toThrow(new TypeError(message))
    }
  })

  it('puts middleware around the handler, the first one outermost', async () => {
    const log: string[] = []
    const run = around(
      noting(log, 'a'),
      noting(log, 'b'),
      noting(log, 'c'),
    )(async () => {
      log.push('handler')
      return { content: [] }
    })
    expect(await run(fakeCall())).toEqual({ content: [] })
    expect(log).toEqual(['a in', 'b in', 'c in', 'handler', 'c out', 'b out', 'a out'])
  })

  it('is the handler itself without middleware', async () => {
    expect(await around()(echo)(fakeCall({ input: 1 }))).toEqual({ content: [], echo: 1 })
  })

  it('lets a middleware answer without calling next', async () => {
    const handler = vi.fn<Next>(echo)
    const run = around(pass, async () => ({ content: [], from: 'cache' }), pass)(handler)
    expect(await run(fakeCall())).toEqual({ content: [], from: 'cache' })
    expect(handler).not.toHaveBeenCalled()
  })

  it('lets a middleware call next again, with another call each time', async () => {
    const twice: Middleware = async (call, next) => {
      await next(withCall(call, { input: 1 }))
      return next(withCall(call, { input: 2 }))
    }
    const handler = vi.fn<Next>(echo)
    expect(await around(pass, twice, pass)(handler)(fakeCall())).toEqual({ content: [], echo: 2 })
    expect(handler.mock.calls.map(([call]) => call.input)).toEqual([1, 2])
  })

  it('keeps several attempts of one call apart when they run at the same time', async () => {
    const race: Middleware = (call, next) =>
      Promise.any([1, 2, 3].map((attempt) => next(withCall(call, { input: attempt }))))
    const seen: unknown[] = []
    const inner: Middleware = async (call, next) => {
      const result = await next(call)
      seen.push([call.input, result['echo']])
      return result
    }
    const handler = held()
    const answer = around(race, inner)(handler.next)(fakeCall())
    await handler.arrived(3)
    for (const { call, resolve } of handler.calls.toReversed()) resolve({ content: [], echo: call.input })
    expect(await answer).toEqual({ content: [], echo: 3 })
    expect(seen).toEqual([
      [3, 3],
      [2, 2],
      [1, 1],
    ])
  })

  it('keeps concurrent calls apart', async () => {
    const run = around(pass, async (call, next) => ({ ...(await next(call)), by: call.principal }), pass)(echo)
    const results = await Promise.all(['ann', 'bob'].map((principal) => run(fakeCall({ principal, input: principal }))))
    expect(results).toEqual([
      { content: [], echo: 'ann', by: 'ann' },
      { content: [], echo: 'bob', by: 'bob' },
    ])
  })

  it('makes a rejection of what a middleware or the handler throws at once', async () => {
    const error = new Error('at once')
    const faulty = (): never => {
      throw error
    }
    const seen: unknown[] = []
    const outer: Middleware = (call, next) =>
      next(call).catch((caught: unknown) => {
        seen.push(caught)
        throw caught
      })
    await expect(around(outer, pass)(faulty)(fakeCall())).rejects.toBe(error)
    await expect(around(outer, faulty)(echo)(fakeCall())).rejects.toBe(error)
    expect(seen).toEqual([error, error])
  })

  it('makes a promise of what is none', async () => {
    const plain = (() => ({ content: [], plain: true })) as unknown as Middleware & Next
    const outer: Middleware = (call, next) => next(call).then((result) => ({ ...result, outer: true }))
    expect(await around(outer, plain)(echo)(fakeCall())).toEqual({ content: [], plain: true, outer: true })
    expect(await around(outer)(plain)(fakeCall())).toEqual({ content: [], plain: true, outer: true })
  })

  it('goes around several handlers by turns, any number of them', async () => {
    const wrapped = around(pass, pass)
    const handlers = Array.from({ length: 9 }, (_, index): Next => async () => ({ content: [], index }))
    const order = [0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 8, 4, 4, 1]
    const results = await Promise.all(order.map((index) => wrapped(handlers[index] as Next)(fakeCall())))
    expect(results.map((result) => result['index'])).toEqual(order)
  })

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'an object'],
    [[pass], 'an array'],
    ['cached', 'a string'],
  ])('names the place of what is no function: %s', (wrong, called) => {
    expect(() => around(pass, wrong as unknown as Middleware)).toThrow(
      new TypeError(`${name}: middleware 2 must be a function (call, next) => …, got ${called}`),
    )
  })
})

describe('chain', () => {
  it('gives its middleware the same next for every call around the same handler, also when handlers take turns', async () => {
    const seen: Next[] = []
    const all = chain((call, next) => {
      seen.push(next)
      return next(call)
    }, pass)
    const handlers: Next[] = [async () => ({ n: 1 }), async () => ({ n: 2 }), async () => ({ n: 3 })]
    for (let round = 0; round < 3; round += 1) for (const handler of handlers) await all(fakeCall(), handler)
    expect(new Set(seen).size).toBe(3)
  })

  it('shows what it is made of', () => {
    expect(chain(pass, pass).parts).toEqual([pass, pass])
  })
})

describe('asMiddleware', () => {
  it('adds what doors read, and whatever else a middleware offers', async () => {
    const drop = () => 3
    const run: Middleware = (call, next) => next(call)
    const middleware = asMiddleware(run, { stage: 'cached', drop })
    expect(await middleware(fakeCall({ input: 5 }), echo)).toEqual({ content: [], echo: 5 })
    expect([middleware.stage, middleware.drop]).toEqual(['cached', drop])
    expectTypeOf(middleware).toExtend<Middleware>()
    expectTypeOf(middleware.stage).toEqualTypeOf<'cached'>()
    expectTypeOf(middleware.drop()).toBeNumber()
  })

  it('takes only stages that there are', () => {
    expectTypeOf<{ stage: 'cashed' }>().not.toExtend<Parameters<typeof asMiddleware>[1]>()
    expectTypeOf<{ stage: 'cached'; more: 1 }>().toExtend<Parameters<typeof asMiddleware>[1]>()
  })
})

it('takes plain async functions for middleware', () => {
  expectTypeOf<(call: Call, next: Next) => Promise<Result>>().toExtend<Middleware>()
  expectTypeOf<(call: Call, next: Next) => Promise<{ content: string[] }>>().toExtend<Middleware>()
  expectTypeOf<(call: Call, next: Next) => Result>().not.toExtend<Middleware>()
  expectTypeOf<(call: Call, next: Next) => Promise<void>>().not.toExtend<Middleware>()
})
