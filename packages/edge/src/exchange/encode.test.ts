import { freezeTree } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { legacyEncoder, modernEncoder } from './encode.ts'
import type { Encoded } from './encode.ts'

const largeOne = () => Array.from({ length: 200 }, (_, n) => ({ name: `tool ${n}`, description: 'Größe in µm' }))
const serverInfo = { name: 'demo', version: '1.0.0' }

/** What the client reads, of an answer that begins before the result and ends with it. */
const read = ({ text, ending }: Encoded): unknown => JSON.parse(`{"result":${text}${ending?.bytes.toString() ?? ''}`)

describe('the JSON of a result', () => {
  it.each<[string, object]>([
    ['a small one', { content: [{ type: 'text', text: 'a' }] }],
    ['a small one that many get', freezeTree({ content: [{ type: 'text', text: 'a' }] })],
    ['a large one', { tools: largeOne() }],
    ['a large one that many get', freezeTree({ tools: largeOne() })],
    ['a new one around a large part', { ttlMs: 5, ...freezeTree({ tools: largeOne() }), nextCursor: 'x' }],
    ['a new one around two large parts', { ...freezeTree({ a: largeOne(), b: largeOne() }), nothing: undefined }],
    ['a new one around a small part', { ...freezeTree({ tools: [1] }), ttlMs: 5 }],
    ['a new one with nothing but a large part', { ...freezeTree({ tools: largeOne() }) }],
    ['an empty one', {}],
  ])('of %s says what the result says', (_, result) => {
    expect(read(legacyEncoder.sent(result as never))).toEqual({ result: JSON.parse(JSON.stringify(result)) })
  })

  it('ends with the same bytes for everybody who gets the large part, whatever stands before it', () => {
    const tree = freezeTree({ tools: largeOne() })
    const [one, other] = [5, 6].map((ttlMs) => legacyEncoder.sent({ ttlMs, ...tree }))
    expect(one?.ending?.bytes).toBe(other?.ending?.bytes)
    expect(one?.text).toBe('{"ttlMs":5,"tools":')
    expect(legacyEncoder.sent(tree as never).ending?.bytes).toBe(
      legacyEncoder.made('tools/list', tree as never).ending?.bytes,
    )
    // A large part of one answer only is not kept.
    expect(legacyEncoder.sent({ tools: largeOne() }).ending).toBeUndefined()
  })

  it.each<[string, object]>([
    ['gives nothing', { toJSON: () => undefined }],
    ['is no object', { toJSON: () => 'text' }],
    ['is a list', { toJSON: () => [1] }],
    ['gives nothing, around a part that many get', { ...freezeTree({ tools: [1] }), toJSON: () => undefined }],
  ])('is none where its toJSON %s', (_, result) => {
    for (const encode of [
      () => legacyEncoder.sent(result as never),
      () => modernEncoder(serverInfo).made('tools/call', result as never),
    ]) {
      expect(encode).toThrow('A result must be an object in JSON, got')
    }
  })

  it('may be what its toJSON makes of it', () => {
    const result = { n: 1, toJSON: () => ({ content: [] }) }
    expect(read(legacyEncoder.sent(result as never))).toEqual({ result: { content: [] } })
  })

  it('has what 2026-07-28 adds, once for a tree', () => {
    const encoder = modernEncoder(serverInfo)
    const tree = freezeTree({ tools: largeOne() }) as never
    const encoded = encoder.made('tools/list', tree)
    expect(encoder.made('tools/list', tree)).toBe(encoded)
    expect(read(encoded)).toEqual({
      result: {
        tools: largeOne(),
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
        _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
      },
    })
  })
})
