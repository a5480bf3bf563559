import { expect, it } from 'vitest'
import { kindOf } from './kind.ts'

it.each<[unknown, string]>([
  [null, 'null'],
  [undefined, 'undefined'],
  [[], 'an array'],
  [Promise.resolve(), 'a promise'],
  [{}, 'an object'],
  [new Map(), 'an object'],
  ['secret', 'a string'],
  [7, 'a number'],
  [7n, 'a bigint'],
  [true, 'a boolean'],
  [Symbol('x'), 'a symbol'],
  [() => 1, 'a function'],
])('%o is told as %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind)
})
