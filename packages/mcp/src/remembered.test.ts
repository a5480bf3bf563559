import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUnchanged, remember } from './remembered.ts'

const data = fc.jsonValue({ maxDepth: 3 })

describe('what is remembered of data', () => {
  it('is in what holds the same, and in nothing else', () => {
    fc.assert(
      fc.property(data, data, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other)
        expect(isUnchanged(remember(one), structuredClone(one))).toBe(true)
        expect(isUnchanged(remember(one), other)).toBe(isSame)
      }),
    )
  })

  it.each<[string, object, (value: never) => unknown]>([
    ['changed', { a: { b: 1 } }, (value: { a: { b: number } }) => (value.a.b = 2)],
    ['added', { a: [1] }, (value: { a: number[] }) => value.a.push(2)],
    ['removed', { a: [1] }, (value: { a: number[] }) => value.a.pop()],
    ['put in the place of undefined', { a: undefined }, (value: { a: unknown }) => (value.a = null)],
    ['called what an object has by itself', {}, (value: object) => Object.assign(value, { constructor: 1 })],
  ])('is not in the same object with something %s', (_, value, change) => {
    const remembered = remember(value)
    expect(isUnchanged(remembered, value)).toBe(true)
    change(value as never)
    expect(isUnchanged(remembered, value)).toBe(false)
  })

  it('tells an array from an object, and an object without a prototype from nothing', () => {
    expect(isUnchanged(remember(['x']), { 0: 'x' })).toBe(false)
    expect(isUnchanged(remember({ 0: 'x' }), ['x'])).toBe(false)
    expect(isUnchanged(remember({ a: 1 }), Object.assign(Object.create(null) as object, { a: 1 }))).toBe(true)
    expect(isUnchanged(remember({ a: 1 }), undefined)).toBe(false)
  })

  it('is the thing itself where it is no data, and comes to an end where data contains itself', () => {
    const date = new Date(0)
    expect(isUnchanged(remember({ date }), { date })).toBe(true)
    expect(isUnchanged(remember({ date }), { date: new Date(0) })).toBe(false)
    const round: { own?: unknown; n: number } = { n: 1 }
    round.own = round
    const remembered = remember(round)
    expect(isUnchanged(remembered, round)).toBe(true)
    round.n = 2
    expect(isUnchanged(remembered, round)).toBe(false)
  })
})
