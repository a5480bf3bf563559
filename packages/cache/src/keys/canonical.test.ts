import { runInNewContext } from 'node:vm'
import { withCall } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { cached } from '../index.ts'
import type { CachedOptions } from '../index.ts'

const keys = (options: CachedOptions = { ttlMs: 1000 }) => {
  const cache = cached(options)
  return (input: unknown): string | undefined => cache.keyOf(withCall(fakeCall(), { input }))
}
const keyOfInput = keys()

const circular: Record<string, unknown> = {}
circular['self'] = circular
const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let n = 0; n < depth; n += 1) value = [value]
  return { value }
}
const doubling = (depth: number): unknown => {
  let value: unknown = []
  for (let n = 0; n < depth; n += 1) value = { a: value, b: value }
  return { value }
}

describe('there is no key for arguments', () => {
  it.each<[string, unknown]>([
    ['that are circular', circular],
    ['that are circular in a list', { list: [circular] }],
    ['nested 10,000 deep', nested(10_000)],
    ['nested 100,000 deep', nested(100_000)],
    ['that name the same thing 2⁶⁰ times', doubling(60)],
    ['of 10 MB in one text', { text: 'x'.repeat(10_000_000) }],
    ['of 10 MB in a list', { list: Array.from({ length: 2_000_000 }, () => 'abcde') }],
    ['with a Map', { a: new Map([[1, 2]]) }],
    ['with a Set', { a: new Set([1]) }],
    ['with a Date', { a: new Date(0) }],
    ['with bytes', { a: new Uint8Array(3) }],
    ['with an instance of a class', { a: new (class Point {})() }],
    ['with an instance of a class of another realm', runInNewContext('({ a: new (class Point {})() })')],
    ['with a Map of another realm', runInNewContext('({ a: new Map() })')],
    ['of an inherited field', Object.create({ a: 1 })],
    ['with a function', { a: () => 1 }],
    ['with a symbol', { a: Symbol('a') }],
    ['with a BigInt', { a: 1n }],
    ['with NaN', { a: Number.NaN }],
    ['with Infinity', { a: Infinity }],
    ['with −0', { a: -0 }],
    ['with −0 further in', { a: [-0] }],
    ['with undefined in a list', { a: [undefined] }],
    ['with a hole in a list', { a: [, 1] }],
    ['that write themselves as JSON', { a: { toJSON: () => 1 } }],
    ['with a list that writes itself as JSON', { a: Object.assign([], { toJSON: () => 1 }) }],
  ])('%s', (_, input) => {
    expect(keyOfInput(input)).toBeUndefined()
  })

  it('for −0 after 0 has been asked for', () => {
    const of = keys()
    expect(of({ a: 0 })).toBeDefined()
    expect(of({ a: -0 })).toBeUndefined()
  })

  it('that throw when they are read: the call goes past the cache', async () => {
    const cache = cached({ ttlMs: 1000 })
    const trap = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('trap')
      },
    })
    expect(await cache(fakeCall({ input: trap }), async () => ({ content: [] }))).toEqual({ content: [] })
    expect(await cache.stats()).toMatchObject({ bypassed: 1, errors: 1 })
  })

  it('above the length the author allows', () => {
    const of = keys({ ttlMs: 1000, maxInputLength: 1000 })
    expect(of({ a: 'x'.repeat(900) })).toBeDefined()
    expect(of({ a: 'x'.repeat(1000) })).toBeUndefined()
    expect(of({ a: '\n'.repeat(600) })).toBeUndefined()
  })
})

describe('a call without a key', () => {
  it('goes to the handler, by itself, and says so', async () => {
    const cache = cached({ ttlMs: 1000 })
    let runs = 0
    const send = () => cache(fakeCall({ input: circular }), async () => ({ content: [], n: (runs += 1) }))
    expect(await Promise.all([send(), send()])).toEqual([
      { content: [], n: 1 },
      { content: [], n: 2 },
    ])
    expect(await cache.stats()).toMatchObject({ bypassed: 2, misses: 0, entries: 0 })
  })
})
