import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainCopy } from './plainCopy.ts'

const copyOf = <Value extends object>(value: Value) => plainCopy(value, () => {})

const nested = (depth: number): object => {
  let value: object = {}
  for (let n = 0; n < depth; n += 1) value = { value }
  return value
}

describe('the copy of a plain tree', () => {
  it('is what JSON would make of it, or there is none', () => {
    const anything = fc.anything({ withSparseArray: true, withDate: true, withMap: true, withNullPrototype: true })
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), anything), fc.array(anything)), (value) => {
        const copy = copyOf(value)
        if (copy !== undefined) expect(copy).toStrictEqual(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 2000 },
    )
  })

  it('is there for all that JSON can make', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }), { noNullPrototype: true }), (value) => {
        // JSON has a −0, and a field that is no prototype, which are left to it.
        fc.pre(!/-0\b|__proto__/.test(JSON.stringify(value)) && !hasMinusZero(value))
        expect(copyOf(value)).toStrictEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('shares nothing with it and is frozen through and through', () => {
    const tree = { list: [{ deep: { n: 1 } }] }
    const copy = copyOf(tree)!
    for (const part of [copy, copy.list, copy.list[0], copy.list[0]?.deep]) expect(Object.isFrozen(part)).toBe(true)
    tree.list[0]!.deep.n = 2
    expect(copy).toEqual({ list: [{ deep: { n: 1 } }] })
  })

  it('tells of every part before it is frozen, with how deep it lies', () => {
    const parts: Array<[object, number]> = []
    const copy = plainCopy({ a: [{ b: {} }] }, (part, depth) => {
      expect(Object.isFrozen(part)).toBe(false)
      parts.push([part, depth])
    })!
    expect(parts).toEqual([
      [{}, 3],
      [{ b: {} }, 2],
      [[{ b: {} }], 1],
      [copy, 0],
    ])
  })

  it.each([
    ['a date', { at: new Date(0) }],
    ['a field that is undefined', { gone: undefined }],
    ['a hole', { list: Array(2) }],
    ['a function', { f: () => 1 }],
    ['a symbol', { s: Symbol('s') }],
    ['a bigint', { n: 1n }],
    ['NaN', { n: NaN }],
    ['infinity', { n: -Infinity }],
    ['minus zero', { n: -0 }],
    ['a map', { m: new Map() }],
    ['an object of a class', { o: new (class {})() }],
    ['an object without a prototype', Object.create(null) as object],
    ['a field named __proto__', JSON.parse('{"a":{"__proto__":1}}') as object],
    ['its own idea of its JSON', Object.defineProperty({}, 'toJSON', { value: () => 1 })],
    ['an array with its own idea', { list: Object.assign([], { toJSON: () => 1 }) }],
    [
      'a getter that throws',
      {
        get n(): number {
          throw new Error('no')
        },
      },
    ],
    ['more than 100 levels', nested(102)],
    ['itself', circular()],
  ])('is not made of %s', (_, value) => {
    expect(copyOf(value)).toBeUndefined()
  })

  it('does not keep a large text alive for a part of it', () => {
    setFlagsFromString('--expose-gc')
    const gc = runInNewContext('gc') as () => void
    gc()
    const before = process.memoryUsage().heapUsed
    const kept = Array.from({ length: 40 }, (_, n) => copyOf({ text: `${n}`.repeat(500_000).slice(1000, 1100) }))
    gc()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(5_000_000)
    expect(kept[1]?.text).toBe('1'.repeat(100))
  })
})

function circular(): object {
  const value: { self?: object } = {}
  value.self = value
  return value
}

const hasMinusZero = (value: unknown): boolean =>
  Object.is(value, -0) || (value !== null && typeof value === 'object' && Object.values(value).some(hasMinusZero))
