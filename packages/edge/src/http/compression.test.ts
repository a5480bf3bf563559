import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ending } from '../exchange/ending.ts'
import { compress, encodingFor } from './compression.ts'

describe('an answer that ends as many others', () => {
  it('says the same when it is decompressed, whatever its own part and the end are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (own, shared) => {
        const ending = new Ending(shared)
        for (const start of [own, `${own}x`]) {
          expect(gunzipSync(await compress('gzip', start, ending)).toString()).toBe(start + shared)
          expect(brotliDecompressSync(await compress('br', start, ending)).toString()).toBe(start + shared)
        }
      }),
    )
  })

  it('may have a large part of its own', async () => {
    const ending = new Ending('the end')
    for (const length of [65_535, 65_536, 200_000]) {
      const start = 'x'.repeat(length)
      expect(gunzipSync(await compress('gzip', start, ending)).toString()).toBe(`${start}the end`)
    }
  })

  it('may end with nothing', async () => {
    expect(gunzipSync(await compress('gzip', 'x', new Ending(''))).toString()).toBe('x')
  })

  it('is compressed where it ends only once', async () => {
    const ending = new Ending('z'.repeat(1000))
    const [first, second] = [await compress('gzip', 'a', ending), await compress('gzip', 'a', ending)]
    expect(first.equals(second)).toBe(true)
    Object.defineProperty(ending, 'text', { value: 'never read again' })
    expect(gunzipSync(await compress('gzip', 'b', ending)).toString()).toBe(`b${'z'.repeat(1000)}`)
  })

  it('is gzip for who takes both, as others are brotli', () => {
    expect([encodingFor(10, 'br, gzip', 10, true), encodingFor(10, 'br, gzip', 10, false)]).toEqual(['gzip', 'br'])
    expect([encodingFor(10, 'br', 10, true), encodingFor(10, 'gzip', 10, false)]).toEqual(['br', 'gzip'])
    expect([encodingFor(10, 'br', 9, true), encodingFor(10, undefined, 10, true)]).toEqual([undefined, undefined])
  })
})
