import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limit } from '../fixtures/limiting.ts'
import { hasMoreItems } from './jsonRows.ts'

const text = (value: string) => ({ type: 'text', text: value })
const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id, tags: ['a', 'b'] }))

describe('JSON on one line, well within its bytes, is cut to so many rows', () => {
  it('when it is an array', async () => {
    const answer = await limit({ content: [text(JSON.stringify(rows(500)))] }, { maxRows: 100 })
    expect(answer['content']).toEqual([
      text(JSON.stringify(rows(100))),
      text('This answer was cut: content[0].text has 100 of 500 rows. Ask for less to see what is missing.'),
    ])
  })

  it('when it has an array inside', async () => {
    const answer = await limit({ content: [text(JSON.stringify({ rows: rows(500) }))] }, { maxRows: 100 })
    expect(answer['content']).toMatchObject([text(JSON.stringify({ rows: rows(100) })), {}])
  })

  it('when it is as short as it can be', async () => {
    expect(await limit({ content: [text('[0,1,2,3,4,5,6,7,8]')] }, { maxRows: 2 })).toMatchObject({
      content: [text('[0,1]'), {}],
    })
    expect(await limit({ content: [text('[0,1]')] }, { maxRows: 1 })).toMatchObject({ content: [text('[0]'), {}] })
  })

  it('when a resource contains it', async () => {
    const contents = [{ uri: 'a://1', mimeType: 'application/json', text: JSON.stringify(rows(5)) }]
    const answer = await limit({ contents }, { maxRows: 3 }, { method: 'resources/read', target: 'a://1' })
    expect(answer['contents']).toMatchObject([{ uri: 'a://1', text: JSON.stringify(rows(3)) }, { uri: 'a://1' }])
  })

  it('and not when it has no more', async () => {
    const whole = { content: [text(JSON.stringify({ rows: rows(100), more: rows(3), note: 'a, b, c' }))] }
    expect(await limit(whole, { maxRows: 100 })).toBe(whole)
  })
})

describe('items of JSON', () => {
  const mostItems = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0
    const own = Array.isArray(value) ? value.length : 0
    return Math.max(own, ...Object.values(value).map(mostItems))
  }

  it('are counted as they are, whatever is written between them', () => {
    const string = fc.string({ unit: fc.constantFrom('"', '\\', ',', '[', ']', '{', '}', 'a', '\n') })
    const { value: anything } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        string,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 6 }),
        fc.dictionary(string, tie('value'), { maxKeys: 4 }),
      ),
    }))
    const property = fc.property(
      fc.oneof(fc.array(anything, { maxLength: 8 }), fc.dictionary(string, anything)),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(0, 2),
      (value, maxItems, indent) => {
        expect(hasMoreItems(JSON.stringify(value, undefined, indent), maxItems)).toBe(mostItems(value) > maxItems)
      },
    )
    fc.assert(property, { numRuns: 1000 })
  }, 60_000)

  it.each(['[broken", 1, 2', '["no end', '[]],,,,,,', 'a, b, c, d, e', ''])('are none in %j', (notJson) => {
    expect(hasMoreItems(notJson, 3)).toBe(false)
  })
})
