import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { deferred, selfSigned } from '@millrace/core/testing'
import { eachUndici } from './fixtures/versions.ts'

const { key, certificate } = selfSigned()

type Answer = (request: Http2ServerRequest, response: Http2ServerResponse) => void

const secureSite = async (
  answer: Answer,
): Promise<{ readonly origin: string; readonly server: Http2SecureServer; readonly sessions: Set<unknown> }> => {
  const server = createSecureServer({ key, cert: certificate, allowHTTP1: true }, answer)
  const sessions = new Set<{ destroy(): void }>()
  server.on('session', (session) => sessions.add(session))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const session of sessions) session.destroy()
    server.close()
  })
  return { origin: `https://localhost:${(server.address() as AddressInfo).port}`, server, sessions }
}

eachUndici((open, version) => {
  test('HTTP/2 where the server speaks it, HTTP/1.1 where it was not asked for', async () => {
    const { origin } = await secureSite(({ httpVersion }, response) => void response.end(httpVersion))
    const two = await open({ http2: true, tls: { ca: certificate } })
    const one = await open({ tls: { ca: certificate } })
    expect((await two.request(origin)).text()).toBe('2.0')
    expect((await one.request(origin)).text()).toBe('1.1')
  })

  test('a certificate that nobody vouches for: unavailable', async () => {
    const { origin } = await secureSite((_, response) => void response.end())
    await expect((await open()).request(origin)).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    })
  })

  test('many requests at the same time are answered', async () => {
    const { origin, sessions } = await secureSite(({ url }, response) => void response.end(url))
    const http = await open({ http2: true, connections: 4, maxConcurrent: 50, tls: { ca: certificate } })
    const paths = Array.from({ length: 100 }, (_, n) => `/${n}`)
    const answers = await Promise.all(paths.map((path) => http.request(origin + path)))
    expect(answers.map((answer) => answer.text())).toEqual(paths)
    // undici 7 sends one request at a time over a connection, also with HTTP/2.
    expect(sessions.size).toBeLessThanOrEqual(version === 'undici 7' ? 4 : 2)
  })

  test('no head and a body that stops: timed out', async () => {
    const { origin } = await secureSite(({ url }, response) => {
      if (url === '/body') response.write('part')
    })
    const http = await open({ http2: true, headersMs: 50, bodyMs: 50, tls: { ca: certificate } })
    await expect(http.request(`${origin}/head`)).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    await expect(http.request(`${origin}/body`)).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    expect(http.stats()).toMatchObject({ active: 0, timedOut: 2 })
  })

  test('who leaves resets its stream, and the others go on', async () => {
    const answering = deferred<Http2ServerResponse>()
    const gone = deferred()
    const { origin } = await secureSite(({ url }, response) => {
      if (url === '/stays') return answering.resolve(response)
      response.write('x')
      response.once('close', () => gone.resolve())
    })
    const http = await open({ http2: true, tls: { ca: certificate } })
    const leaving = new AbortController()
    const stays = http.request(`${origin}/stays`)
    const leaves = http.stream(`${origin}/leaves`, leaving.signal)
    await leaves.next()
    leaving.abort('left')
    await expect(leaves.next()).rejects.toBe('left')
    await gone.promise
    ;(await answering.promise).end('stayed')
    expect((await stays).text()).toBe('stayed')
  })

  test('a session that is destroyed in the middle: lost', async () => {
    const { origin } = await secureSite((_, response) => {
      response.write('x')
      response.stream.session?.destroy()
    })
    const http = await open({ http2: true, tls: { ca: certificate } })
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' })
    expect(http.stats().active).toBe(0)
  })
})
