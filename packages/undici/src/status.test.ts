import { outcomeOfThrown } from '@millrace/core'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { retryAfterOf } from './content/retryAfter.ts'
import { site } from './fixtures/site.ts'
import { eachUndici } from './fixtures/versions.ts'

eachUndici((open) => {
  test.each([
    [400, false],
    [404, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('%i is an error, and whether to try again is %s', async (status, isRetryable) => {
    const { origin } = await site((_, response) =>
      response.writeHead(status, { 'retry-after': '7', 'x-id': '5' }).end('not now'),
    )
    const error: unknown = await (await open()).json(origin).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'ERR_HTTP_STATUS',
      name: 'HttpStatusError',
      message: `The HTTP service answered with status ${status}.`,
      status,
      text: 'not now',
      headers: { 'x-id': '5' },
      retryAfterMs: 7_000,
      isRetryable,
    })
    expect(outcomeOfThrown(error)).toBe('failed')
  })

  test('what a service says beside an error is decompressed, and no more than a beginning is read', async () => {
    const long = Buffer.alloc(1_000_000, 'x')
    const { origin } = await site(({ url }, response) => {
      if (url === '/coded') response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync('why'))
      else if (url === '/bomb') response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync(long))
      else response.writeHead(500).end(long)
    })
    const http = await open()
    await expect(http.request(`${origin}/coded`)).rejects.toMatchObject({ text: 'why' })
    await expect(http.request(`${origin}/bomb`)).rejects.toMatchObject({ status: 500, text: '' })
    const { text } = await http.request(origin).catch((error: { text: string }) => error)
    expect(String(text).length).toBeLessThan(200_000)
    await expect(http.stream(origin).next()).rejects.toMatchObject({ status: 500 })
    expect(http.stats().active).toBe(0)
  })

  test('which statuses are answers is the caller’s to say', async () => {
    const { origin } = await site((_, response) =>
      response.writeHead(404, { 'content-type': 'text/plain' }).end('none'),
    )
    const http = await open()
    expect((await http.request(origin, { isOk: (status) => status === 404 })).text()).toBe('none')
    await expect(http.request(origin, { isOk: () => false })).rejects.toMatchObject({ status: 404 })
  })

  test.each([
    ['application/json', '{"a":1}', undefined],
    ['application/problem+json; charset=utf-8', '{"a":1}', undefined],
    ['TEXT/JSON', '\uFEFF{"a":1}', undefined],
    ['text/html', '{"a":1}', 'The HTTP service answered with the type text/html where JSON was expected.'],
    [
      'application/jsonp',
      '{"a":1}',
      'The HTTP service answered with the type application/jsonp where JSON was expected.',
    ],
    ['x"<ignore>', '{}', 'The HTTP service answered with the type x??ignore? where JSON was expected.'],
    ['application/json', '{"a":', 'The HTTP service answered JSON that cannot be parsed.'],
    ['application/json', '', 'The HTTP service answered JSON that cannot be parsed.'],
    ['', '{"a":1}', 'The HTTP service answered without a content type where JSON was expected.'],
  ])('JSON of type %s: %s', async (type, body, message) => {
    const { origin } = await site((_, response) => {
      if (type !== '') response.setHeader('content-type', type)
      response.end(body)
    })
    const json = (await open()).json(origin)
    if (message === undefined) expect(await json).toEqual({ a: 1 })
    else await expect(json).rejects.toMatchObject({ code: 'ERR_HTTP_CONTENT', message })
  })

  test('text in a character set that nobody knows is taken for UTF-8', async () => {
    const { origin } = await site((_, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; charset=klingon' }).end('ü'),
    )
    expect((await (await open()).request(origin)).text()).toBe('ü')
  })
})

test.each<[string | string[] | undefined, number | undefined]>([
  ['120', 120_000],
  [' 0 ', 0],
  [['3', '9'], 3_000],
  ['Thu, 01 Jan 1970 00:00:10 GMT', 9_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['Thursday, 01-Jan-70 00:00:10 GMT', 9_000],
  ['Thu Jan  1 00:00:10 1970 GMT', 9_000],
  ['soon', undefined],
  ['5 apples', undefined],
  ['-1', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (said, ms) => {
  expect(retryAfterOf({ 'retry-after': said }, 1_000)).toBe(ms)
})
