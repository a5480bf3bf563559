import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { edge } from '../edge.ts'
import { legacy } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1 } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'
import { encodingFor } from './compression.ts'

describe('the encoding of an answer', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip', 'gzip'],
    ['gzip;q=0.5, br;q=0.8', 'br', 'br'],
    ['*', 'br', 'gzip'],
    ['*;q=0.1, gzip;q=0', 'br', 'br'],
    ['br;q=0, *', 'gzip', 'gzip'],
    ['gzip;q = 0, br ; q = 0', undefined, undefined],
    ['GZIP;Q=0.000 , BR; Q=1.0', 'br', 'br'],
    ['gzip;q=0.5, identity', undefined, undefined],
    ['gzip;q=0.5, identity;q=0.4', 'gzip', 'gzip'],
    ['gzip;q=much', undefined, undefined],
    ['identity;q=0', undefined, undefined],
    ['deflate', undefined, undefined],
    ['', undefined, undefined],
  ])('is for “%s” %s, and %s where the end is shared', (accepted, own, shared) => {
    expect([encodingFor(10, accepted, 10, false), encodingFor(10, accepted, 10, true)]).toEqual([own, shared])
  })

  it.each([
    ['gzip', undefined],
    ['gzip, identity;q=0', 'gzip'],
    ['br, *;q=0', 'br'],
    ['gzip, *;q=0, identity', undefined],
    ['*;q=0', undefined],
  ])('is of a small one for “%s” %s', (accepted, encoding) => {
    expect(encodingFor(10, accepted, 9, false)).toBe(encoding)
    expect(encodingFor(Infinity, accepted, 9, false)).toBeUndefined()
  })
})

describe('an answer that could have been compressed', () => {
  const q = 'long '.repeat(400)
  const request = (text: string, headers: object = {}) =>
    legacy('tools/call', { name: 'echo', arguments: { q: text } }, 1, headers)

  it('says that this depends on what is accepted, whether or not it is', async () => {
    const { url } = await serving(() => talkative(v1))
    for (const [accepted, encoding, read] of [
      ['gzip', 'gzip', gunzipSync],
      ['br', 'br', brotliDecompressSync],
      ['identity', undefined, (bytes: Buffer) => bytes],
      [undefined, undefined, (bytes: Buffer) => bytes],
    ] as const) {
      const headers = accepted === undefined ? {} : { 'accept-encoding': accepted }
      const answer = await send(url, request(q, headers))
      expect([answer.headers['content-encoding'], answer.headers['vary']]).toEqual([encoding, 'accept-encoding'])
      expect(read(answer.bytes).toString()).toContain(q)
    }
    expect((await send(url, request('short', { 'accept-encoding': 'gzip' }))).headers['vary']).toBeUndefined()
  })

  it('says so through fetch too, and beside what else it depends on', async () => {
    const served = edge(() => talkative(v1), { cors: { origins: ['https://app.example'] } })
    const ask = async (text: string, headers: object = {}) =>
      (await served.fetch(new Request('http://localhost/mcp', request(text, headers)))).headers.get('vary')
    expect(await ask(q)).toBe('accept-encoding')
    expect(await ask(q, { origin: 'https://app.example' })).toBe('accept-encoding, origin')
    expect(await ask('short')).toBeNull()
    await served.close(0)
  })

  it('does not where nothing is compressed', async () => {
    const { url } = await serving(() => talkative(v1), { compressFromBytes: false })
    expect((await send(url, request(q, { 'accept-encoding': 'gzip' }))).headers['vary']).toBeUndefined()
  })
})
