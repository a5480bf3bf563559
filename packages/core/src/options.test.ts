import { describe, expect, it } from 'vitest'
import {
  arrayOf,
  boolean,
  checkOptions,
  either,
  func,
  having,
  integer,
  number,
  off,
  oneOf,
  record,
  text,
} from './options.ts'
import type { Check } from './options.ts'

const messageOf = (check: Check, value: unknown): string | undefined => {
  try {
    checkOptions('queue', { option: value }, { option: check })
    return undefined
  } catch (error) {
    return (error as TypeError).message
  }
}

describe('checkOptions', () => {
  const checks = { maxQueued: integer({ min: 0, unlimited: true }), ttlMs: number({ min: 0 }), name: text }

  it('takes no options, no values and undefined values for the defaults', () => {
    expect(() => checkOptions('queue', undefined, checks)).not.toThrow()
    expect(() => checkOptions('queue', {}, checks)).not.toThrow()
    expect(() => checkOptions('queue', { maxQueued: undefined, ttlMs: 0 }, checks)).not.toThrow()
    expect(() => checkOptions('queue', Object.create(null), checks)).not.toThrow()
  })

  it.each<[unknown, string]>([
    [null, 'queue: options must be an object, got null'],
    [5, 'queue: options must be an object, got 5'],
    [[1], 'queue: options must be an object, got an array'],
    [() => 1, 'queue: options must be an object, got a function'],
    [{ maxQueued: -1 }, 'queue.maxQueued must be an integer ≥ 0 or Infinity, got -1'],
    [{ ttl: 5 }, 'queue.ttl is not an option; did you mean ttlMs?'],
    [{ TTLMS: 5 }, 'queue.TTLMS is not an option; did you mean ttlMs?'],
    [{ names: 'a' }, 'queue.names is not an option; did you mean name?'],
    [{ concurrency: 5 }, 'queue.concurrency is not an option; there are maxQueued, ttlMs, name'],
    [{ concurrency: undefined }, 'queue.concurrency is not an option; there are maxQueued, ttlMs, name'],
    [{ constructor: 5 }, 'queue.constructor is not an option; there are maxQueued, ttlMs, name'],
    [JSON.parse('{ "__proto__": 5 }'), 'queue.__proto__ is not an option; there are maxQueued, ttlMs, name'],
  ])('refuses %o', (options, message) => {
    expect(() => checkOptions('queue', options, checks)).toThrow(new TypeError(message))
  })

  it('says what there is when there is one option only', () => {
    expect(() => checkOptions('fallback', { if: 1 }, { when: func })).toThrow(
      new TypeError('fallback.if is not an option; there is when'),
    )
  })

  it('names the first of several mistakes', () => {
    expect(() => checkOptions('queue', { ttlMs: -1, maxQueued: -1 }, checks)).toThrow('queue.ttlMs must be')
  })
})

describe('a check', () => {
  it.each<[string, Check, readonly unknown[]]>([
    ['number', number(), [0, -1.5, 1e300]],
    ['number in a range', number({ min: 0, max: 1 }), [0, 0.5, 1]],
    ['number or Infinity', number({ min: 0, unlimited: true }), [0, Infinity]],
    ['number in a range or Infinity', number({ min: 0, max: 10, unlimited: true }), [10, Infinity]],
    ['integer', integer(), [0, -5, Number.MAX_SAFE_INTEGER]],
    ['integer in a range or Infinity', integer({ min: 1, max: 10, unlimited: true }), [1, 10, Infinity]],
    ['boolean', boolean, [true, false]],
    ['func', func, [() => 1, Map]],
    ['text', text, ['a', ' ']],
    ['oneOf', oneOf('lru', 'lfu'), ['lru', 'lfu']],
    ['off', off, [false]],
    ['either', either(off, integer({ min: 1 })), [false, 1]],
    ['arrayOf', arrayOf(text, 'names'), [[], ['a', 'b']]],
    ['having', having('a store', 'get', 'set'), [{ get: () => 1, set: () => 1 }, new Map()]],
    ['record', record, [{}, Object.create(null), new Map()]],
  ])('%s accepts what it says', (_, check, values) => {
    for (const value of values) expect(messageOf(check, value)).toBeUndefined()
  })

  it.each<[Check, unknown, string]>([
    [number(), NaN, 'a number, got NaN'],
    [number(), '5', "a number, got '5'"],
    [number(), 5n, 'a number, got 5n'],
    [number(), Infinity, 'a number, got Infinity'],
    [number({ min: 0 }), -1, 'a number ≥ 0, got -1'],
    [number({ min: 0 }), -Infinity, 'a number ≥ 0, got -Infinity'],
    [number({ max: 1 }), 2, 'a number ≤ 1, got 2'],
    [number({ min: 0, max: 1 }), 1.1, 'a number from 0 to 1, got 1.1'],
    [number({ min: 0, unlimited: true }), NaN, 'a number ≥ 0 or Infinity, got NaN'],
    [number({ min: 0, max: 1, unlimited: true }), 2, 'a number from 0 to 1 or Infinity, got 2'],
    [number({ unlimited: true }), -Infinity, 'a number or Infinity, got -Infinity'],
    [integer(), 1.5, 'an integer, got 1.5'],
    [integer(), 2 ** 53, 'an integer, got 9007199254740992'],
    [integer({ min: 1 }), 0, 'an integer ≥ 1, got 0'],
    [integer({ min: 1 }), Infinity, 'an integer ≥ 1, got Infinity'],
    [integer({ min: 1 }), false, 'an integer ≥ 1, got false'],
    [integer({ min: 1, max: 9 }), 10, 'an integer from 1 to 9, got 10'],
    [integer({ min: 1 }), NaN, 'an integer ≥ 1, got NaN'],
    [boolean, 1, 'true or false, got 1'],
    [func, 'x', "a function, got 'x'"],
    [text, '', "a string that is not empty, got ''"],
    [text, null, 'a string that is not empty, got null'],
    [text, Symbol('s'), 'a string that is not empty, got Symbol(s)'],
    [oneOf('lru', 'lfu'), 'fifo', "one of 'lru', 'lfu', got 'fifo'"],
    [oneOf('lru'), 'x'.repeat(41), `one of 'lru', got '${'x'.repeat(40)}…'`],
    [off, true, 'false, got true'],
    [either(off, integer({ min: 1 })), 0, 'false or an integer ≥ 1, got 0'],
    [arrayOf(text, 'names'), 'a', "an array of names, got 'a'"],
    [arrayOf(text, 'names'), ['a', ''], 'an array of names, got an array'],
    [having('a store', 'get', 'set'), { get: () => 1 }, 'a store (with get, set), got an object'],
    [having('a store', 'get'), null, 'a store (with get), got null'],
    [record, [], 'an object, got an array'],
    [record, 'x', "an object, got 'x'"],
    [record, () => 1, 'an object, got a function'],
  ])('says what is wrong: %#', (check, value, expected) => {
    expect(messageOf(check, value)).toBe(`queue.option must be ${expected}`)
  })
})
