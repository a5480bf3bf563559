import type { Result } from '@millrace/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { frame, glance, headEnd, unframe } from './frame.ts'
import type { FrameOptions } from './frame.ts'

const ways: ReadonlyArray<[string, FrameOptions]> = [
  ['JSON', { format: 'json', compressAboveBytes: Infinity }],
  ['MessagePack', { format: 'messagepack', compressAboveBytes: Infinity }],
  ['compressed JSON', { format: 'json', compressAboveBytes: 0 }],
  ['compressed MessagePack', { format: 'messagepack', compressAboveBytes: 0 }],
]

const wellFormed = fc.string({ unit: 'grapheme' })
const names = fc.array(wellFormed, { maxLength: 3 })
const anyEntry = fc
  .record({
    text: wellFormed,
    value: fc.jsonValue({ noUnicodeString: false }),
    tags: names,
    principal: fc.option(wellFormed, { nil: undefined }),
    target: fc.option(wellFormed, { nil: undefined }),
    loadMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
  })
  .map(({ text, value, tags, principal, target, loadMs }) =>
    entryOf({
      result: JSON.parse(JSON.stringify({ content: [{ type: 'text', text }], structuredContent: { value } })) as Result,
      tags,
      loadMs: Math.abs(loadMs),
      ...(principal === undefined ? {} : { principal }),
      ...(target === undefined ? {} : { target }),
    }),
  )

describe.each(ways)('an entry as %s', (_, options) => {
  it('comes back as it went', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntry, async (entry) => {
        // MessagePack's library reads no such key, in nobody's favour but an attacker's.
        fc.pre(options.format === 'json' || !JSON.stringify(entry).includes('__proto__'))
        expect(await unframe(await frame(entry, options))).toEqual(entry)
      }),
      { numRuns: 100 },
    )
  })

  it('tells what it is about from its beginning', async () => {
    const { result: _result, ...head } = entryOf({ target: 'a', principal: 'b', tags: ['c'] })
    const bytes = await frame({ ...head, result: { text: 'x'.repeat(10_000) } }, options)
    const end = headEnd(bytes) as number
    expect(glance(bytes.subarray(0, end))).toEqual(head)
    expect(glance(bytes.subarray(0, end - 1))).toBeUndefined()
  })

  it('is nothing when any part of it is missing, and nothing else when something is added', async () => {
    const entry = entryOf({ result: { text: 'some text '.repeat(20) } })
    const bytes = await frame(entry, options)
    for (let length = 0; length < bytes.length; length += 1) {
      const found = await unframe(bytes.subarray(0, length))
      expect(found, String(length)).toBeUndefined()
    }
  })

  it('never throws, whatever became of it', async () => {
    const bytes = await frame(entryOf({ result: { text: 'some text' }, tags: ['a'] }), options)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, byte, isRest) => {
        const broken = Buffer.from(bytes)
        broken.fill(byte, at, isRest ? undefined : at + 1)
        const found = await unframe(broken)
        if (found !== undefined) expect(Object.keys(found).length).toBeGreaterThanOrEqual(8)
        glance(broken)
      }),
      { numRuns: 300 },
    )
  })
})

it('with a key that attackers use is nothing as MessagePack, and itself as JSON', async () => {
  const entry = entryOf({ result: JSON.parse('{"a":{"__proto__":1}}') as Result })
  expect(await unframe(await frame(entry, { format: 'messagepack', compressAboveBytes: Infinity }))).toBeUndefined()
  expect(await unframe(await frame(entry, { format: 'json', compressAboveBytes: Infinity }))).toEqual(entry)
})

describe('what is no entry', () => {
  it('is nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (noise, isMarked) => {
        const head = isMarked ? [0xa7, noise.length % 4, 0, 0, 0, noise.length % 20] : []
        expect(await unframe(Buffer.from([...head, ...noise]))).toBeUndefined()
      }),
    )
  })

  it.each([
    ['a header that is no array', '{}', '{}'],
    ['a header that is too short', '[1]', '{}'],
    ['a header with a time that is none', '[1,2,null,4,5,"o",null,null,[]]', '{}'],
    ['a header with a tag that is none', '[1,2,3,4,5,"o",null,null,[1]]', '{}'],
    ['a header with a principal that is none', '[1,2,3,4,5,"o",7,null,[]]', '{}'],
    ['a result that is none', '[1,2,3,4,5,"o",null,null,[]]', '[]'],
    ['a result that is null', '[1,2,3,4,5,"o",null,null,[]]', 'null'],
  ])('is nothing: %s', async (_, header, body) => {
    const bytes = Buffer.from(`\u0000\u0000\u0000\u0000\u0000\u0000${header}${body}`)
    bytes[0] = 0xa7
    bytes.writeUInt32BE(header.length, 2)
    expect(await unframe(bytes)).toBeUndefined()
  })
})

it('is compressed only when that makes it smaller, and only above the size', async () => {
  const large = entryOf({ result: { text: 'x'.repeat(10_000) } })
  const plain = await frame(large, { format: 'json', compressAboveBytes: 20_000 })
  const small = await frame(large, { format: 'json', compressAboveBytes: 10_000 })
  expect([plain.length > 10_000, small.length < 1_000]).toEqual([true, true])
  const tiny = entryOf({ result: {} })
  const options = { format: 'json' as const, compressAboveBytes: 0 }
  expect(await frame(tiny, options)).toEqual(await frame(tiny, { ...options, compressAboveBytes: Infinity }))
})
