import { chain, compose, only } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compositionOf } from './composition.ts'
import { once, onceBeside } from './once.ts'

let passed: string[] = []
const named = (name: string): Middleware => {
  const middleware: Middleware = (call, next) => {
    passed.push(name)
    return next(call)
  }
  return middleware
}
const values = ['a', 'b', 'c'].map(named)
const tools = ['x', 'y']

/** Chains in chains, for some tools and for all. */
const tree = fc.letrec<{ one: Middleware; list: Middleware[] }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...values),
    tie('list').map((list) => chain(...list)),
    fc
      .tuple(fc.constantFrom(...tools), tie('list'))
      .map(([tool, list]) => only(tool, ...(list.length > 0 ? list : [chain()]))),
  ),
  list: fc.array(tie('one'), { maxLength: 3 }),
})).list

const passing = async (middleware: readonly Middleware[], target: string) => {
  passed = []
  await compose(...middleware)(async () => ({ content: [] }))(fakeCall({ target }))
  return passed
}
const beside = (middleware: readonly Middleware[]) => ({ middleware, callOf: (call: Call) => call, keepsCaches: true })
const first = (names: readonly string[]) => [...new Set(names)]

describe('a call', () => {
  it('passes each value once, and those that it would have passed', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(...tools, 'z'), async (middleware, target) => {
        const { leaves } = compositionOf(middleware)
        expect(await passing(once(middleware, leaves).middleware, target)).toEqual(
          first(await passing(middleware, target)),
        )
      }),
    )
  })

  it('passes nothing inside that it has passed outside, and all the rest', async () => {
    await fc.assert(
      fc.asyncProperty(tree, tree, fc.constantFrom(...tools, 'z'), async (outer, inner, target) => {
        const around = once(outer, compositionOf(outer).leaves).middleware
        const left = onceBeside(inner, [beside(outer)]).middleware
        expect(await passing([...around, ...left], target)).toEqual(first(await passing([...outer, ...inner], target)))
      }),
    )
  })

  it('passes what an arbitrary function selected outside again: it may decide otherwise the next time', async () => {
    const [a] = values as [Middleware]
    expect(await passing(onceBeside([a], [beside([only(() => true, a)])]).middleware, 'x')).toEqual(['a'])
  })

  it('passes what a middleware of somebody else is made of, which only that one knows how to pass', async () => {
    const [a] = values as [Middleware]
    const opaque = Object.assign(((call, next) => a(call, next)) as Middleware, { parts: [a] })
    expect(await passing(once([opaque, a], [opaque, a, a]).middleware, 'x')).toEqual(['a', 'a'])
  })

  it('finds the same chain where nothing stands twice', () => {
    const [a, b, c] = values as [Middleware, Middleware, Middleware]
    const inner = [chain(a), only('x', b)]
    expect(once(inner, [a, b]).middleware).toBe(inner)
    expect(onceBeside(inner, [beside([c])]).middleware).toBe(inner)
  })
})
