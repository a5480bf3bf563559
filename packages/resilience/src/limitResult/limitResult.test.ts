import type { Result } from '@millrace/core'
import { middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { bytesOf, limit } from '../fixtures/limiting.ts'
import { limitResult } from '../index.ts'
import type { LimitResultOptions } from '../index.ts'

const cities = (count: number) => Array.from({ length: count }, (_, id) => ({ id, name: `City ${id}`, note: null }))
const text = (value: string) => ({ type: 'text', text: value })
const isWellFormed = (value: string): boolean => Buffer.from(value).toString() === value
const noteIn = (result: Result): string => (result['content'] as Array<{ text: string }>).at(-1)?.text ?? ''

describe('limitResult keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => limitResult())) it(name, run)
  describe('with bounds for rows', () => {
    for (const { name, run } of middlewareContract(() => limitResult({ maxBytes: 1024, maxRows: 100 }))) it(name, run)
  })
})

describe('limitResult cuts', () => {
  it('rows of an array in structuredContent, and the text that repeats it', async () => {
    const structuredContent = { total: 1000, cities: cities(1000), next: 'c2' }
    const whole = { content: [text(JSON.stringify(structuredContent))], structuredContent }
    const answer = await limit(whole, { maxBytes: 10_000 })
    const kept = answer['structuredContent'] as typeof structuredContent
    expect(kept.cities).toEqual(cities(1000).slice(0, kept.cities.length))
    expect(kept.cities.length).toBeGreaterThan(50)
    expect(kept).toMatchObject({ total: 1000, next: 'c2' })
    const [repeat, note] = answer['content'] as Array<{ text: string }>
    expect(repeat).toEqual(text(JSON.stringify(kept)))
    expect(note).toEqual(
      text(
        `This answer was cut: structuredContent.cities has ${kept.cities.length} of 1000 rows. The whole answer has 89.7 kB, and at most 10 kB are sent. Ask for less to see what is missing.`,
      ),
    )
    expect(answer['_meta']).toEqual({
      'millrace/cut': {
        bytes: bytesOf(whole),
        parts: [{ path: 'structuredContent.cities', unit: 'rows', kept: kept.cities.length, of: 1000 }],
      },
    })
  })

  it('a text that repeats structuredContent on many lines, as such', async () => {
    const structuredContent = { cities: cities(1000) }
    const pretty = (value: unknown) => JSON.stringify(value, undefined, 2)
    const answer = await limit(
      { content: [text('Found:'), text(pretty(structuredContent))], structuredContent },
      { maxBytes: 10_000 },
    )
    expect(answer['content']).toMatchObject([
      text('Found:'),
      text(pretty(answer['structuredContent'])),
      { type: 'text' },
    ])
  })

  it('a text that is JSON, as JSON', async () => {
    const answer = await limit({ content: [text(JSON.stringify(cities(1000)))] }, { maxBytes: 10_000 })
    const [{ text: json }] = answer['content'] as [{ text: string }]
    const kept = JSON.parse(json) as unknown[]
    expect(kept.length).toBeGreaterThan(50)
    expect(kept).toEqual(cities(kept.length))
    expect(noteIn(answer)).toContain(`content[0].text has ${kept.length} of 1000 rows`)
  })

  it('a text that is JSON to so many rows, and leaves one with fewer as it is written', async () => {
    const few = '{ "rows": [1, 2] }'
    const many = JSON.stringify({ rows: [1, 2, 3] }, undefined, 2)
    const answer = await limit({ content: [text(few), text(many)] }, { maxRows: 2 })
    expect(answer['content']).toMatchObject([text(few), text(JSON.stringify({ rows: [1, 2] }, undefined, 2)), {}])
  })

  it('a text that only begins like JSON, and one that JSON cannot cut, as text', async () => {
    const logs = `{"n":1}\n`.repeat(1000)
    const answer = await limit({ content: [text(logs)] }, { maxBytes: 2048 })
    expect((answer['content'] as [{ text: string }])[0].text).toMatch(/^(\{"n":1\}\n)+\{"n":1\}$/)
    const keys = JSON.stringify({ ['k'.repeat(5000)]: 1 })
    const cut = await limit({ content: [text(keys)] }, { maxBytes: 2048 })
    expect(noteIn(cut)).toMatch(/content\[0\]\.text has 0 of 1 entries/)
  })

  it('lines of any other text', async () => {
    const line = (n: number) => `${n}, "quoted", Zürich`
    const lines = Array.from({ length: 2000 }, (_, n) => line(n))
    const answer = await limit({ content: [text(lines.join('\n'))] }, { maxBytes: 5000 })
    const kept = (answer['content'] as [{ text: string }])[0].text.split('\n')
    expect(kept.length).toBeGreaterThan(100)
    expect(kept).toEqual(lines.slice(0, kept.length))
    expect(noteIn(answer)).toContain(`content[0].text has ${kept.length} of 2000 lines`)
  })

  it.each(['a', 'é', '漢', '🏙️', '\u0000', '"', '\ud800'])(
    'a single line of %j between characters',
    async (character) => {
      const answer = await limit({ content: [text(character.repeat(10_000))] }, { maxBytes: 2048 })
      const [{ text: kept }] = answer['content'] as [{ text: string }]
      expect(kept.endsWith('…')).toBe(true)
      const beginning = kept.slice(0, -1)
      expect(character.repeat(10_000).startsWith(beginning)).toBe(true)
      expect(isWellFormed(beginning)).toBe(character !== '\ud800')
      expect(bytesOf(kept)).toBeGreaterThan(1000)
      expect(noteIn(answer)).toMatch(/content\[0\]\.text has \d+ of \d+ characters/)
    },
  )

  it('a long line after a short one in the middle', async () => {
    const answer = await limit({ content: [text(`Found:\n${'x'.repeat(10_000)}`)] }, { maxBytes: 2048 })
    expect((answer['content'] as [{ text: string }])[0].text).toMatch(/^Found:\nx{1000,}…$/)
  })

  it('many content items after the first ones', async () => {
    const items = Array.from({ length: 500 }, (_, n) => text(`item ${n} ${'x'.repeat(50)}`))
    const answer = await limit({ content: items }, { maxBytes: 10_000 })
    const kept = (answer['content'] as unknown[]).slice(0, -1)
    expect(kept.length).toBeGreaterThan(80)
    expect(kept).toEqual(items.slice(0, kept.length))
    expect(noteIn(answer)).toContain(`content has ${kept.length} of 500 items`)
  })

  it('the longest of a few texts, and leaves the short ones whole', async () => {
    const items = [text('short'), text('x\n'.repeat(20_000)), text('also short')]
    const answer = await limit({ content: items }, { maxBytes: 10_000 })
    expect(answer['content']).toMatchObject([items[0], { type: 'text' }, items[2], { type: 'text' }])
  })

  it('the text of an embedded resource', async () => {
    const resource = { uri: 'atlas://log', mimeType: 'text/plain', text: 'line\n'.repeat(5000) }
    const answer = await limit({ content: [{ type: 'resource', resource }] }, { maxBytes: 4096 })
    expect(answer['content']).toMatchObject([
      { type: 'resource', resource: { uri: 'atlas://log', mimeType: 'text/plain' } },
      { type: 'text' },
    ])
    expect(noteIn(answer)).toContain('content[0].resource.text has')
  })

  it('no image and no blob in two: they stay or go', async () => {
    const image = { type: 'image', mimeType: 'image/png', data: 'A'.repeat(20_000) }
    const blob = { type: 'resource', resource: { uri: 'a://b', blob: 'A'.repeat(20_000) } }
    const answer = await limit({ content: [text('before'), image, text('after'), blob] }, { maxBytes: 4096 })
    expect(answer['content']).toMatchObject([text('before'), text('after'), { type: 'text' }])
    expect(noteIn(answer)).toContain('content has 2 of 4 items')
  })

  it('what a resource contains', async () => {
    const contents = [
      { uri: 'a://1', mimeType: 'text/csv', text: 'a,b\n'.repeat(5000) },
      { uri: 'a://2', blob: 'AAAA' },
    ]
    const answer = await limit({ contents }, { maxBytes: 4096 }, { method: 'resources/read', target: 'a://all' })
    const [csv, blob, note] = answer['contents'] as Array<{ uri: string; text: string }>
    expect(csv?.text).toMatch(/^(a,b\n)+a,b$/)
    expect(blob).toEqual(contents[1])
    expect(note).toMatchObject({ uri: 'a://all', mimeType: 'text/plain' })
    expect(note?.text).toContain('contents[0].text has')
  })

  it('to so many rows, at any depth, and leaves the rest as it is', async () => {
    const structuredContent = { countries: [{ cities: cities(5) }, { cities: cities(2) }, {}, {}], none: [] }
    const answer = await limit({ content: [text('a\nb\nc\nd')], structuredContent }, { maxRows: 3 })
    expect(answer['structuredContent']).toEqual({
      countries: [{ cities: cities(3) }, { cities: cities(2) }, {}],
      none: [],
    })
    expect(answer['content']).toEqual([
      text('a\nb\nc'),
      text(
        'This answer was cut: structuredContent.countries[0].cities has 3 of 5 rows, structuredContent.countries has 3 of 4 rows, content[0].text has 3 of 4 lines. Ask for less to see what is missing.',
      ),
    ])
  })

  it('by bounds that depend on the call', async () => {
    const options: LimitResultOptions = {
      maxBytes: ({ target }) => (target === 'small' ? 1024 : Infinity),
      maxRows: ({ target }) => (target === 'few' ? 1 : Infinity),
    }
    const whole = { content: [text('line\n'.repeat(1000))] }
    expect(bytesOf(await limit(whole, options, { target: 'small' }))).toBeLessThanOrEqual(1024)
    expect((await limit(whole, options, { target: 'few' }))['content']).toMatchObject([text('line'), {}])
    expect(await limit(whole, options)).toBe(whole)
  })
})
