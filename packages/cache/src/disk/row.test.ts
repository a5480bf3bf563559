import type { Result } from '@millrace/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { entryOf as entry } from '../fixtures/entries.ts'
import { entryOf, glance, idOf, rowOf } from './row.ts'

const anyEntry = fc
  .record({
    value: fc.jsonValue({ noUnicodeString: false }),
    tags: fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 }),
    principal: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
    target: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
  })
  .map(({ value, tags, principal, target }) =>
    entry({
      result: JSON.parse(JSON.stringify({ value })) as Result,
      tags,
      ...(principal === undefined ? {} : { principal }),
      ...(target === undefined ? {} : { target }),
    }),
  )

it('an entry comes back as it went, to its own key alone', () => {
  fc.assert(
    fc.property(anyEntry, fc.string({ unit: 'binary' }), (one, key) => {
      const row = rowOf(key, one)
      expect(entryOf(key, row)).toEqual(one)
      expect(entryOf(`${key}.`, row)).toBeUndefined()
      const { result: _result, ...about } = one
      expect(glance(row.head)).toEqual(about)
    }),
  )
})

it('is no entry when any byte of it is another', () => {
  const row = rowOf('k', entry({ result: { text: 'some text' } }))
  for (let at = 0; at < row.body.length; at += 1) {
    const body = Buffer.from(row.body)
    body[at] = (body[at] as number) ^ 1
    expect(() => entryOf('k', { ...row, body })).toThrow('an entry on disk is not as it was written')
  }
  expect(() => entryOf('k', { ...row, head: row.head.replace('2000', '3000') })).toThrow('not as it was written')
})

it('names have numbers that a column holds exactly', () => {
  fc.assert(fc.property(fc.string(), (name) => Number.isSafeInteger(idOf(name)) && idOf(name) >= 0))
  expect(idOf('a')).not.toBe(idOf('b'))
})
