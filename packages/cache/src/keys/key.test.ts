import { runInNewContext } from 'node:vm'
import { withCall } from '@millrace/core'
import type { Call } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import fc from 'fast-check'
import stringify from 'safe-stable-stringify'
import { describe, expect, it } from 'vitest'
import { cached } from '../index.ts'
import type { CachedOptions } from '../index.ts'

const keys = (options: CachedOptions = { ttlMs: 1000, lists: 1000, resources: 1000, prompts: 1000 }) => {
  const cache = cached(options)
  return ({ input = {}, ...call }: FakeCallOptions = {}): string | undefined =>
    cache.keyOf(withCall(fakeCall(call), { input }))
}
const keyOf = keys()
const keyOfInput = (input: unknown): string | undefined => {
  const cache = cached({ ttlMs: 1000 })
  return cache.keyOf(withCall(fakeCall(), { input }))
}

/** Values as JSON has them, with the names and numbers that go wrong. */
const json = fc.letrec<{ readonly value: unknown; readonly flat: unknown; readonly object: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, tie('flat'), fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  flat: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('', '1', 'null', 'true', '{}', '"', '5"paris', '#1;', '#10;', '\ud800', '\ud801', 't', 'n'),
    fc.integer({ min: -3, max: 12 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    fc.boolean(),
    fc.constant(null),
  ),
  object: fc
    .array(
      fc.tuple(
        fc.oneof(
          fc.string({ maxLength: 3 }),
          fc.constantFrom('a', 'b', '1', '10', '2', '__proto__', 'toJSON', 'constructor'),
        ),
        tie('value'),
      ),
      { maxLength: 5 },
    )
    .map((fields) => Object.fromEntries(fields)),
})).value

/** The same value with the fields of its objects in another order. */
const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, field]): [string, unknown] => [name, shuffled(field)])
      .reverse(),
  )
}

describe('the key of a call', () => {
  it('is the same for two arguments exactly when their stable JSON is', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(keyOfInput(one)).toBeDefined()
        expect(keyOfInput(one) === keyOfInput(other)).toBe(stringify(one) === stringify(other))
        expect(keyOfInput(shuffled(one))).toBe(keyOfInput(one))
      }),
      { numRuns: 3000 },
    )
  })

  it('is the same for two flat arguments exactly when their stable JSON is', () => {
    const flat = fc.record(
      {
        a: fc.constantFrom<unknown>('', '0"', '1', 1, 11, '10"abc', null, true, 't'),
        b: fc.constantFrom<unknown>('', '"', '#1;', 0, false, 'f'),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(flat, flat, (one, other) => {
        expect(keyOfInput(one) === keyOfInput(other)).toBe(stringify(one) === stringify(other))
      }),
      { numRuns: 3000 },
    )
  })

  it('is the same whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 8 }), json, (before, value) => {
        const warm = keys()
        for (const one of before) warm({ input: one })
        expect(warm({ input: value })).toBe(keys()({ input: value }))
        expect(warm({ input: value })).toBe(keys()({ input: shuffled(value) }))
      }),
      { numRuns: 300 },
    )
  })

  it('is the same after more keys than are remembered', () => {
    const remembering = keys()
    const first = Array.from({ length: 50 }, (_, n) => remembering({ input: { n, text: `t${n}` } }))
    for (let n = 0; n < 110_000; n += 1) remembering({ target: 'other', input: { n, text: 'x' } })
    expect(Array.from({ length: 50 }, (_, n) => remembering({ input: { text: `t${n}`, n } }))).toEqual(first)
    expect(new Set(first).size).toBe(50)
  })

  it.each<[string, unknown, unknown]>([
    ['order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['order further in', { x: [{ a: 1, b: 2 }] }, { x: [{ b: 2, a: 1 }] }],
    ['a field that is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['a field that is undefined further in', { x: [{ a: 1, b: undefined }] }, { x: [{ a: 1 }] }],
    ['the realm it comes from', runInNewContext('({ a: 1, b: [{}] })'), { a: 1, b: [{}] }],
    ['the realm a flat object comes from', runInNewContext('({ a: 1 })'), { a: 1 }],
    ['a missing prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ])('does not depend on %s', (_, one, other) => {
    expect(keyOfInput(one)).toBeDefined()
    expect(keyOfInput(one)).toBe(keyOfInput(other))
  })

  it.each<[string, unknown, unknown]>([
    ['a number and its text', { a: 1 }, { a: '1' }],
    ['true and its text', { a: true }, { a: 'true' }],
    ['null and its text', { a: null }, { a: 'null' }],
    ['null and nothing', { a: null }, {}],
    ['0 and false', { a: 0 }, { a: false }],
    ['a list and the object of its indices', { a: ['x'] }, { a: { 0: 'x' } }],
    ['a list and its element', { a: ['x'] }, { a: 'x' }],
    ['nothing and an empty object', undefined, {}],
    ['an empty text and nothing', '', undefined],
    ['an empty list and an empty object', { a: [] }, { a: {} }],
    ['one field called __proto__ and none', JSON.parse('{"__proto__":{"a":1}}'), {}],
    ['one field called __proto__ and what is in it', JSON.parse('{"__proto__":{"a":1}}'), { a: 1 }],
    ['values that run into each other', { a: 1, b: '14"xxxxxxx', c: 'yyyyy' }, { a: 11, b: '', c: 'xxxxxxx5"yyyyy' }],
    ['names that run into each other', { a: 1, '1"b': 1 }, { 'a1"b': 1 }],
    ['two lone surrogates', { a: '\ud800' }, { a: '\ud801' }],
    ['two lone surrogates in long arguments', { a: `\ud800${'x'.repeat(500)}` }, { a: `\ud801${'x'.repeat(500)}` }],
    ['long arguments that differ at the end', { a: `${'x'.repeat(500)}1` }, { a: `${'x'.repeat(500)}2` }],
  ])('tells %s apart', (_, one, other) => {
    expect(keyOfInput(one)).toBeDefined()
    expect(keyOfInput(other)).toBeDefined()
    expect(keyOfInput(one)).not.toBe(keyOfInput(other))
  })

  it('tells everything else apart that an answer depends on', () => {
    const calls: FakeCallOptions[] = [
      {},
      { target: 'other' },
      { target: 'to', input: { ol: 1 } },
      { method: 'tools/list' },
      { method: 'tools/list', input: { cursor: 'x' } },
      { method: 'tools/list', revision: 'r1' },
      { method: 'tools/list', revision: 'r2' },
      { method: 'resources/read', target: 'a://b' },
      { method: 'resources/read', target: 'a://c' },
      { method: 'prompts/get', target: 'tool' },
      { principal: 'ann' },
      { principal: 'anonymous' },
      { principal: 'a' },
      { principal: 'p' },
      { principal: '' },
      { principal: 'undefined' },
      { principal: 'ann{}' },
      { principal: 'ann"' },
      { principal: '3"ann' },
      { principal: 'ann', revision: 'r1' },
      { principal: 'annr2"r1' },
      { principal: 'ann', input: { a: 1 } },
      { principal: '\ud800', input: { a: 'x'.repeat(500) } },
      { principal: '\ud801', input: { a: 'x'.repeat(500) } },
      { isWrapped: true },
    ]
    const found = calls.map((call) => keyOf(call))
    expect(found).not.toContain(undefined)
    expect(new Set(found).size).toBe(calls.length)
  })

  it('is one for everybody when the scope is public, and for nobody else', () => {
    const shared = keys({ ttlMs: 1000, scope: 'public' })
    expect(shared({ principal: 'ann' })).toBe(shared({ principal: 'bob' }))
    expect(shared({ principal: 'ann' })).toBe(shared())
    expect(shared()).not.toBe(keyOf())
  })

  it('depends on what it varies by', () => {
    const varying = keys({ ttlMs: 1000, varyBy: ({ sdk }: Call) => sdk })
    const found = ['en', 'de', undefined, null, { a: 1, b: 2 }, '{"a":1,"b":2}'].map((sdk) => varying({ sdk }))
    expect(new Set(found).size).toBe(found.length)
    expect(varying({ sdk: { b: 2, a: 1 } })).toBe(varying({ sdk: { a: 1, b: 2 } }))
    expect(varying({ sdk: new Map() })).toBeUndefined()
  })

  it('depends on what the rule says in place of the arguments', () => {
    const of = keys({ ttlMs: 1000, key: ({ input }: Call) => (input as { q: string }).q.trim().toLowerCase() })
    expect(of({ input: { q: ' Paris ' } })).toBe(of({ input: { q: 'paris', page: 1 } }))
    expect(of({ input: { q: 'Rome' } })).not.toBe(of({ input: { q: 'Paris' } }))
  })

  it('is short however long the arguments are', () => {
    expect(keyOfInput({ a: 'x'.repeat(100_000) })).toMatch(/^#[\w-]{43}$/)
    expect(keyOfInput(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, n])))).toMatch(/^#/)
  })
})
