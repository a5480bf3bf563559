import type { Result } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limitResult } from '../index.ts'
import { Cutting } from './cutting.ts'
import { cutValue } from './cutValue.ts'
import { bytesOf, mayExceed } from './measure.ts'
import { noteOf } from './note.ts'
import { fairShares } from './shares.ts'

const cut = (value: unknown, room: number, maxRows = Infinity) => {
  const cutting = new Cutting(maxRows)
  return { value: cutValue(value, room, 'v', cutting), parts: cutting.parts }
}

describe('a value that is cut', () => {
  it('keeps its rows from the first on, whole', () => {
    const { value, parts } = cut([1, 22, 333, 4444], 10)
    expect(value).toEqual([1, 22, 333])
    expect(parts).toEqual([{ path: 'v', unit: 'rows', kept: 3, of: 4 }])
  })

  it('stays as it is when it fits', () => {
    const value = { a: [1, { b: 'c' }] }
    expect(cut(value, bytesOf(value)).value).toBe(value)
  })

  it('keeps a part of its first row when that alone is too large', () => {
    const { value, parts } = cut([{ id: 1, tags: Array.from({ length: 100 }, (_, n) => n) }, { id: 2 }], 120)
    expect(value).toMatchObject([{ id: 1 }])
    expect(parts.map(({ path }) => path)).toEqual(['v[0].tags', 'v'])
    expect(bytesOf(value)).toBeLessThanOrEqual(120)
  })

  it('gives arrays beside each other the same room, and small ones all they need', () => {
    const rows = (count: number) => Array.from({ length: count }, () => 'row')
    const { value } = cut({ a: rows(1000), b: rows(2), c: rows(1000), n: 5 }, 1000)
    const { a, b, c, n } = value as { a: string[]; b: string[]; c: string[]; n: number }
    expect([b.length, n]).toEqual([2, 5])
    expect(Math.abs(a.length - c.length)).toBeLessThanOrEqual(1)
    expect(bytesOf(value)).toBeGreaterThan(950)
  })

  it('loses entries when it is a table by key', () => {
    const table = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key${n}`, n]))
    const { value, parts } = cut(table, 200)
    expect(Object.keys(value as object)).toEqual(Object.keys(table).slice(0, parts[0]?.kept))
    expect(parts).toEqual([{ path: 'v', unit: 'entries', kept: expect.any(Number) as number, of: 100 }])
    expect(bytesOf(value)).toBeLessThanOrEqual(200)
  })

  it('shortens long texts and no short ones', () => {
    const { value } = cut({ id: 'abc-123', body: 'x'.repeat(1000) }, 200)
    expect(value).toEqual({ id: 'abc-123', body: expect.stringMatching(/^x{100,}…$/) as string })
  })

  it('leaves dates and what else says itself how it is written', () => {
    const value = { at: new Date(0), rows: Array.from({ length: 100 }, () => 1) }
    expect((cut(value, 80).value as typeof value).at).toBe(value.at)
  })

  it('keeps names like __proto__ as they are', () => {
    const value = JSON.parse('{"__proto__":{"rows":[1,2,3]},"b":[1,2,3,4,5,6,7,8,9]}') as object
    const kept = cut(value, Infinity, 2).value as object
    expect(JSON.stringify(kept)).toBe('{"__proto__":{"rows":[1,2]},"b":[1,2]}')
  })

  it('has no undefined where JSON would have left it out', () => {
    expect(cut({ a: undefined, b: [1, 2, 3], c: () => {} }, Infinity, 1).value).toEqual({ b: [1] })
  })

  it('is never larger than its room, and has only rows of the original', () => {
    const row = fc.oneof(
      fc.integer(),
      fc.string({ unit: 'binary' }),
      fc.record({ a: fc.string(), b: fc.array(fc.integer()) }),
    )
    const property = fc.property(
      fc.dictionary(fc.string(), fc.oneof(row, fc.array(row, { maxLength: 50 }))),
      fc.integer({ min: 40, max: 2000 }),
      fc.option(fc.integer({ min: 1, max: 20 })),
      (whole, room, rows) => {
        const { value } = cut(whole, room, rows ?? Infinity)
        expect(bytesOf(value)).toBeLessThanOrEqual(Math.max(room, 2))
        for (const [name, kept] of Object.entries(value as object)) {
          const own = whole[name]
          if (!Array.isArray(own) || !Array.isArray(kept)) continue
          expect(kept.length).toBeLessThanOrEqual(Math.min(own.length, rows ?? Infinity))
          // All rows but a first one that was too large are untouched.
          if (rows === null && kept.length > 1) expect(kept).toEqual(own.slice(0, kept.length))
        }
      },
    )
    fc.assert(property, { numRuns: 300 })
  }, 60_000)
})

describe('a result that is cut', () => {
  const item = fc.oneof(
    fc.record({ type: fc.constant('text'), text: fc.string({ unit: 'binary', maxLength: 3000 }) }),
    fc.record({ type: fc.constant('text'), text: fc.json() }),
    fc.record({ type: fc.constant('image'), data: fc.string({ maxLength: 3000 }) }),
    fc.record({
      type: fc.constant('resource'),
      resource: fc.record({ uri: fc.webUrl(), text: fc.string({ maxLength: 3000 }) }),
    }),
  )

  it('is never larger than it may be, whatever it is made of', async () => {
    const property = fc.asyncProperty(
      fc.array(item, { maxLength: 30 }),
      fc.option(fc.dictionary(fc.string(), fc.array(fc.object(), { maxLength: 40 }))),
      fc.boolean(),
      fc.integer({ min: 1024, max: 6000 }),
      async (items, structured, isRepeated, maxBytes) => {
        const content =
          structured !== null && isRepeated ? [...items, { type: 'text', text: JSON.stringify(structured) }] : items
        const whole: Result = structured === null ? { content } : { content, structuredContent: structured }
        const answer = await limitResult({ maxBytes })(fakeCall(), async () => whole)
        expect(bytesOf(answer)).toBeLessThanOrEqual(maxBytes)
        if (bytesOf(whole) <= maxBytes) expect(answer).toBe(whole)
        else expect(answer['_meta']).toHaveProperty(['millrace/cut', 'bytes'], bytesOf(whole))
      },
    )
    await fc.assert(property, { numRuns: 150 })
  }, 60_000)

  it('is left out when nothing of it fits', async () => {
    const whole = { content: [], own: 'x'.repeat(5000), structuredContent: { a: 1 } }
    expect(await limitResult({ maxBytes: 1024 })(fakeCall(), async () => whole)).toEqual({
      content: [
        { type: 'text', text: 'This answer was left out: it has 5.1 kB, and at most 1 kB are sent. Ask for less.' },
      ],
      _meta: { 'millrace/cut': { bytes: bytesOf(whole), parts: [] } },
    })
  })
})

describe('the first look', () => {
  it('never takes something too large for small enough', () => {
    const property = fc.property(
      fc.anything({ withDate: true, withNullPrototype: true, withSparseArray: true }),
      fc.integer({ min: 0, max: 300 }),
      (value, maxBytes) => {
        if (!mayExceed(value, { maxBytes, maxRows: Infinity })) expect(bytesOf(value)).toBeLessThanOrEqual(maxBytes)
      },
    )
    fc.assert(property, { numRuns: 500 })
  }, 60_000)

  it.each<[string, unknown, boolean]>([
    ['few short rows', [1, 2], false],
    ['many rows', [1, 2, 3], true],
    ['many rows further in', { a: { b: [1, 2, 3] } }, true],
    ['few lines', 'a\nb', false],
    ['many lines', { text: 'a\nb\nc' }, true],
    ['few items of a text that is JSON', { text: '[1,{"a":[2,3]}]' }, false],
    ['many items of a text that is JSON', { text: '[{"a":[1,2,3]}]' }, true],
  ])('sees %s', (_, value, expected) => {
    expect(mayExceed(value, { maxBytes: Infinity, maxRows: 2 })).toBe(expected)
  })

  it('wants a closer look at what is very deep', () => {
    let deep: unknown = 1
    for (let n = 0; n < 200; n += 1) deep = [deep]
    expect(mayExceed(deep, { maxBytes: 1e9, maxRows: Infinity })).toBe(true)
  })
})

describe('shares', () => {
  it.each([
    [[10, 10, 10], 100, [10, 10, 10]],
    [[100, 100], 60, [30, 30]],
    [[5, 100, 100], 65, [5, 30, 30]],
    [[100, 5, 40], 60, [28, 5, 27]],
    [[], 0, []],
  ])('of %j in %i are %j', (wanted, room, expected) => {
    const shares = fairShares(
      wanted.map((bytes) => ({ bytes, leastBytes: 0 })),
      room,
    )
    expect(shares).toEqual(expected)
  })

  it('are none when there is not the least for everybody', () => {
    expect(fairShares([{ bytes: 10, leastBytes: 5 }], 4)).toBeUndefined()
  })
})

it('the note names three places and counts the others', () => {
  const part = { path: 'p', unit: 'rows', kept: 1, of: 2 } as const
  expect(noteOf([part, part, part, part, part], 2_345_678, 1_000_000)).toBe(
    'This answer was cut: p has 1 of 2 rows, p has 1 of 2 rows, p has 1 of 2 rows; so were 2 other places. The whole answer has 2.3 MB, and at most 1 MB are sent. Ask for less to see what is missing.',
  )
})
