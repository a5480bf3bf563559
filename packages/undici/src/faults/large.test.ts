import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { site } from '../fixtures/site.ts'
import { eachUndici } from '../fixtures/versions.ts'
import type { Pool } from '../pool.ts'

const text = 'Millrace '.repeat(1_000)
const zeros = Buffer.alloc(64 * 1024 * 1024)
const bomb = gzipSync(zeros)

const coded = (coding: string, body: Uint8Array, type = 'text/plain') =>
  site((_, response) => response.writeHead(200, { 'content-encoding': coding, 'content-type': type }).end(body))

const streamed = async (http: Pool, url: string): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of http.stream(url)) pieces.push(piece)
  return Buffer.concat(pieces)
}

eachUndici((open) => {
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['identity', Buffer.from(text)],
    ['br, gzip', gzipSync(brotliCompressSync(text))],
  ])('decompresses %s, whole and streamed', async (coding, body) => {
    const { origin } = await coded(coding, body)
    const http = await open()
    expect((await http.request(origin)).text()).toBe(text)
    expect((await streamed(http, origin)).toString()).toBe(text)
  })

  test('leaves it as it is when told so', async () => {
    const { origin } = await coded('gzip', gzipSync(text))
    const http = await open({ decompress: false })
    expect((await http.request(origin)).body).toEqual(gzipSync(text))
    expect(await streamed(http, origin)).toEqual(gzipSync(text))
  })

  test.each([
    ['damaged', 'gzip', Buffer.from('this is no gzip')],
    ['cut off', 'gzip', gzipSync(text).subarray(0, 40)],
    ['of a kind that nobody asked for', 'zstd', Buffer.from('x')],
    ['coded three times', 'gzip, gzip, gzip', Buffer.from('x')],
  ])('what is %s is an error of content', async (_, coding, body) => {
    const { origin } = await coded(coding, body)
    const http = await open()
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_HTTP_CONTENT' })
    await expect(streamed(http, origin)).rejects.toMatchObject({ code: 'ERR_HTTP_CONTENT' })
    expect(http.stats()).toMatchObject({ active: 0, failed: 2 })
  })

  test('an empty body needs no decompression', async () => {
    const { origin } = await coded('gzip', Buffer.alloc(0))
    const http = await open()
    expect((await http.request(origin)).body.length).toBe(0)
    expect((await streamed(http, origin)).length).toBe(0)
  })

  test('a connection that breaks in the middle of something compressed is no error of content', async () => {
    const { origin } = await site((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.write(gzipSync(text).subarray(0, 40), () => setImmediate(() => response.destroy()))
    })
    const http = await open()
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' })
    await expect(streamed(http, origin)).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' })
  })

  test('a gzip bomb is too large, and never becomes so here', async () => {
    const { origin } = await coded('gzip', bomb)
    const http = await open({ maxBodyBytes: 1_000_000 })
    expect(bomb.length).toBeLessThan(1_000_000)
    const tooLarge = { code: 'ERR_HTTP_TOO_LARGE', isRetryable: false }
    const before = process.memoryUsage().arrayBuffers
    await expect(http.request(origin)).rejects.toMatchObject(tooLarge)
    await expect(streamed(http, origin)).rejects.toMatchObject(tooLarge)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(zeros.length / 4)
    expect(http.stats().active).toBe(0)
  })

  test('so is a bomb in a bomb', async () => {
    const { origin } = await coded('gzip, gzip', gzipSync(bomb))
    const http = await open({ maxBodyBytes: 1_000_000 })
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' })
    await expect(streamed(http, origin)).rejects.toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' })
  })

  test('a body that says it is too large is not read', async () => {
    const { origin } = await site((_, response) => void response.writeHead(200, { 'content-length': '101' }).write('x'))
    const http = await open({ maxBodyBytes: 100 })
    await expect(http.request(origin)).rejects.toMatchObject({
      code: 'ERR_HTTP_TOO_LARGE',
      message: 'The answer of the HTTP service is larger than 100 bytes.',
    })
    await expect(streamed(http, origin)).rejects.toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' })
    expect(http.stats().active).toBe(0)
  })

  test('a body without an end is read no further than may be', async () => {
    const { origin } = await site((_, response) => {
      const more = (): void => {
        if (response.write(Buffer.alloc(10_000))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    const http = await open({ maxBodyBytes: 100_000 })
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' })
    await expect(streamed(http, origin)).rejects.toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' })
    await expect(http.request(origin, { maxBodyBytes: 10 })).rejects.toMatchObject({ message: /larger than 10 bytes/ })
  })

  test('exactly as large as may be is fine, and one byte more is not', async () => {
    const { origin } = await coded('gzip', gzipSync(text))
    const http = await open()
    expect((await http.request(origin, { maxBodyBytes: text.length })).body.length).toBe(text.length)
    await expect(http.request(origin, { maxBodyBytes: text.length - 1 })).rejects.toMatchObject({
      code: 'ERR_HTTP_TOO_LARGE',
    })
  })

  test('a head that is too large', async () => {
    const { origin } = await site((_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(10_000) }).end())
    const http = await open({ maxHeaderBytes: 5_000 })
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_HTTP_TOO_LARGE' })
  })
})
