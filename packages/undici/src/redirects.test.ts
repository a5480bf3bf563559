import { describe, expect, test } from 'vitest'
import { site } from './fixtures/site.ts'
import { eachUndici } from './fixtures/versions.ts'
import { redirected } from './request/redirect.ts'

/** A site that leads where a path says, and tells what reached it. */
const leading = async (status: number, to: string) => {
  const seen: Array<{ method: string; headers: NodeJS.Dict<string | string[]>; body: string }> = []
  const own = await site((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.once('end', () => {
      const { method = '', headers, url } = request
      seen.push({ method, headers, body: Buffer.concat(pieces).toString() })
      if (url === '/end') response.end('arrived')
      else response.writeHead(status, { location: to }).end('elsewhere')
    })
  })
  return { ...own, seen }
}

eachUndici((open) => {
  test.each([301, 302, 303, 307, 308])('follows %i', async (status) => {
    const { origin } = await leading(status, '/end')
    const http = await open()
    expect(await http.request(`${origin}/begin`)).toMatchObject({ status: 200, url: `${origin}/end` })
    expect(http.stats()).toMatchObject({ redirected: 1, requests: 1, active: 0 })
  })

  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'body'],
    [308, 'POST', 'body'],
  ])('after %i a POST goes on as %s', async (status, method, body) => {
    const { origin, seen } = await leading(status, '/end')
    await (await open()).request(origin, { body: 'body', headers: { 'content-type': 'x/y' } })
    expect(seen[1]).toMatchObject({ method, body })
    expect(seen[1]?.headers['content-type']).toBe(body === '' ? undefined : 'x/y')
  })

  test('credentials of any name stay with the origin they were for', async () => {
    const end = await leading(302, '/')
    const { origin, seen } = await leading(302, `${end.origin}/end`)
    const secrets = { authorization: 'a', cookie: 'b', 'x-api-key': 'c', 'proxy-authorization': 'd', 'X-Tenant': 'e' }
    const headers = { ...secrets, 'User-Agent': 'millrace', accept: 'text/plain' }
    expect((await (await open()).request(origin, { headers })).text()).toBe('arrived')
    expect(seen[0]?.headers).toMatchObject({ authorization: 'a', 'x-api-key': 'c', 'x-tenant': 'e' })
    const told = Object.keys(end.seen[0]!.headers).filter((name) => !['host', 'connection'].includes(name))
    expect(told.sort()).toEqual(['accept', 'accept-encoding', 'user-agent'])
  })

  test('within one origin they go along', async () => {
    const { origin, seen } = await leading(302, '/end')
    await (await open()).request(origin, { headers: { authorization: 'a' } })
    expect(seen[1]?.headers).toMatchObject({ authorization: 'a' })
  })

  test('a body is not sent on to another origin', async () => {
    const end = await leading(302, '/')
    const { origin } = await leading(307, `${end.origin}/end`)
    await expect((await open()).request(origin, { body: 'secret' })).rejects.toMatchObject({
      code: 'ERR_HTTP_REDIRECT',
      message: 'The HTTP service leads to another origin, where the body may not be sent.',
    })
    expect(end.asked).toEqual([])
  })

  test('a loop ends', async () => {
    const { origin, asked } = await leading(302, '/again')
    const http = await open({ maxRedirects: 3 })
    await expect(http.request(origin)).rejects.toMatchObject({
      code: 'ERR_HTTP_REDIRECT',
      message: 'The HTTP service led elsewhere more than 3 times.',
      isRetryable: false,
    })
    expect(asked.length).toBe(4)
    await expect(http.request(origin, { maxRedirects: 1 })).rejects.toMatchObject({ code: 'ERR_HTTP_REDIRECT' })
    expect(asked.length).toBe(6)
  })

  test('two origins that lead to each other end, and are not waited for by each other', async () => {
    let there = ''
    const a = await site((_, response) => response.writeHead(302, { location: there }).end())
    const b = await site((_, response) => response.writeHead(302, { location: a.origin }).end())
    there = b.origin
    const http = await open({ maxConcurrent: 1 })
    const both = await Promise.allSettled([http.request(a.origin), http.request(b.origin)])
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(http.stats()).toMatchObject({ active: 0, waiting: 0 })
  })

  test('with none allowed, a redirect is an answer', async () => {
    const { origin } = await leading(302, '/end')
    const http = await open({ maxRedirects: 0 })
    expect(await http.request(origin)).toMatchObject({ status: 302, headers: { location: '/end' } })
  })

  test('what lies on the way is not read further than a beginning', async () => {
    const { origin } = await site(({ url }, response) => {
      if (url === '/end') return void response.end('arrived')
      response.writeHead(302, { location: '/end' })
      const more = (): void => {
        if (response.write(Buffer.alloc(10_000))) setImmediate(more)
        else response.once('drain', more)
      }
      more()
    })
    const http = await open()
    expect((await http.request(origin)).text()).toBe('arrived')
    for await (const bytes of http.stream(origin)) expect(bytes.toString()).toBe('arrived')
    expect(http.stats().active).toBe(0)
  })

  test.each(['http://10.0.0.1/', 'http://169.254.169.254/latest/meta-data', 'http://2130706433.example@10.1.1.1/'])(
    'the guard looks at where it leads: %s',
    async (location) => {
      const { origin } = await leading(302, location)
      const http = await open()
      await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_HTTP_BLOCKED' })
      expect(http.stats()).toMatchObject({ blocked: 1, redirected: 1 })
    },
  )

  test.each(['file:///etc/passwd', 'gopher://x', 'http://', 'data:text/plain,x'])('leads to no URL: %s', async (to) => {
    const { origin } = await leading(302, to)
    await expect((await open()).request(origin)).rejects.toMatchObject({ code: 'ERR_HTTP_REDIRECT' })
  })
})

describe('redirected', () => {
  const target = { url: new URL('https://a.test/x/y?z'), method: 'GET', headers: {}, body: undefined }

  test('from encrypted to open is not followed', () => {
    expect(() => redirected(target, 302, { location: 'http://a.test/' })).toThrow(/encrypted/)
  })

  test.each([
    ['../up', 'https://a.test/up'],
    ['?q', 'https://a.test/x/y?q'],
    ['//b.test/p#f', 'https://b.test/p#f'],
  ])('%s leads to %s', (location, url) => {
    expect(redirected(target, 302, { location })?.url.href).toBe(url)
  })

  test.each([
    [304, { location: '/' }],
    [300, { location: '/' }],
    [200, { location: '/' }],
    [302, {}],
    [302, { location: ['/a', '/b'] }],
  ])('%i with %j leads nowhere', (status, headers) => {
    expect(redirected(target, status, headers)).toBeUndefined()
  })

  test('HEAD stays HEAD after 303', () => {
    expect(redirected({ ...target, method: 'HEAD' }, 303, { location: '/' })?.method).toBe('HEAD')
  })
})
