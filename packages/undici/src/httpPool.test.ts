import { buffer } from 'node:stream/consumers'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { eachUndici } from './fixtures/versions.ts'
import { site } from './fixtures/site.ts'
import { httpPool } from './httpPool.ts'
import type { HttpPool } from './httpPool.ts'

const json = { 'content-type': 'application/json; charset=utf-8' }

eachUndici((open) => {
  test('asks for JSON and gives what it says', async () => {
    const { origin } = await site(({ headers }, response) =>
      response.writeHead(200, json).end(JSON.stringify({ accept: headers.accept, coding: headers['accept-encoding'] })),
    )
    const http = await open()
    expect(await http.json(`${origin}/cities`)).toEqual({ accept: 'application/json', coding: 'gzip, deflate, br' })
  })

  test('gives status, headers, text and the URL that answered', async () => {
    const { origin, asked } = await site((_, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.writeHead(203, { 'content-type': 'text/plain; charset=latin1' }).end(Buffer.from([0xfc]))
    })
    const http = await open()
    const answer = await http.request(new URL(`${origin}/a%20b?c=d#e`))
    expect(answer).toMatchObject({
      status: 203,
      url: `${origin}/a%20b?c=d#e`,
      headers: { 'set-cookie': ['a=1', 'b=2'] },
    })
    expect(answer.text()).toBe('ü')
    expect(answer.body).toEqual(Buffer.from([0xfc]))
    expect(asked).toEqual(['GET /a%20b?c=d'])
  })

  test.each([
    [{ json: { a: 1 } }, 'POST', 'application/json', '{"a":1}'],
    [{ body: 'text', method: 'PUT' }, 'PUT', undefined, 'text'],
    [{ body: Uint8Array.of(1, 2), headers: { 'content-type': 'x/y' } }, 'POST', 'x/y', '\u0001\u0002'],
    [{ method: 'DELETE', headers: { 'x-left-out': undefined } }, 'DELETE', undefined, ''],
  ])('sends %j', async (options, method, type, sent) => {
    const { origin } = await site((request, response) => {
      void buffer(request).then((body) =>
        response
          .writeHead(200, json)
          .end(JSON.stringify([request.method, request.headers['content-type'] ?? null, body.toString()])),
      )
    })
    expect(await (await open()).json(origin, options)).toEqual([method, type ?? null, sent])
  })

  test('an interim answer is not the answer', async () => {
    const { origin } = await site((_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' })
      response.end('whole')
    })
    expect((await (await open()).request(origin)).text()).toBe('whole')
  })

  test('HEAD has headers and no body, however long that would be', async () => {
    const { origin } = await site((_, response) => response.writeHead(200, { 'content-length': '99999999999' }).end())
    const { headers, body } = await (await open()).request(origin, { method: 'HEAD' })
    expect([headers['content-length'], body.length]).toEqual(['99999999999', 0])
  })

  test('connections are kept and used again', async () => {
    const { origin } = await site((_, response) => response.end('x'))
    const http = await open({ connections: 1 })
    for (let n = 0; n < 5; n += 1) await http.request(origin)
    expect(http.stats()).toMatchObject({
      opened: 1,
      connections: 1,
      requests: 5,
      failed: 0,
      receivedBytes: 5,
      active: 0,
    })
  })

  test('streams a body as it comes', async () => {
    const { origin } = await site((_, response) => {
      for (let n = 0; n < 100; n += 1) response.write(Buffer.alloc(10_000, n))
      response.end()
    })
    const http = await open({ maxBodyBytes: Infinity })
    let size = 0
    for await (const bytes of http.stream(origin)) size += bytes.length
    expect(size).toBe(1_000_000)
    expect(http.stats()).toMatchObject({ receivedBytes: 1_000_000, active: 0 })
  })

  test('who reads slowly keeps the server from sending on', async () => {
    let sent = 0
    const { origin } = await site((_, response) => {
      const more = (): void => {
        while (sent < 64_000_000) {
          sent += 100_000
          if (!response.write(Buffer.alloc(100_000))) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    })
    const http = await open({ maxBodyBytes: Infinity })
    const stream = http.stream(origin)
    await stream.next()
    // Turns of the event loop, in which a server that is not held back would send everything.
    for (let turn = 0; turn < 2_000; turn += 1) await new Promise(setImmediate)
    expect(sent).toBeLessThan(32_000_000)
    let size = 0
    for await (const bytes of stream) size += bytes.length
    expect(sent).toBe(64_000_000)
    expect(size).toBeGreaterThan(sent - 1_000_000)
  })

  test('leaving a stream ends its request and lets the next one in', async () => {
    const { origin } = await site(({ url }, response) => {
      if (url === '/endless') response.write('first')
      else response.end('next')
    })
    const http = await open({ maxConcurrent: 1 })
    for await (const bytes of http.stream(`${origin}/endless`)) {
      expect(bytes.toString()).toBe('first')
      break
    }
    expect((await http.request(origin)).text()).toBe('next')
    expect(http.stats()).toMatchObject({ failed: 0, active: 0, waiting: 0 })
  })

  test('a pool that is closed refuses, after what runs has ended', async () => {
    const { origin } = await site((_, response) => response.end('x'))
    const http = await open()
    const running = http.request(origin)
    const closed = http.close()
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED', kind: 'rejected' })
    expect((await running).text()).toBe('x')
    await closed
    expect(http.stats()).toMatchObject({ connections: 0, active: 0 })
  })

  test('closing gives up what does not end in time', async () => {
    const { origin } = await site(() => {})
    const http = await open()
    const running = http.request(origin)
    await Promise.all([expect(running).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' }), http.close(20)])
  })

  test('its dispatcher asks through the same connections and the same guard', async () => {
    const { origin } = await site((_, response) => response.end('x'))
    const http = await open()
    const undici = await import('undici')
    const dispatcher = http.dispatcher as InstanceType<typeof undici.Agent>
    expect(await (await dispatcher.request({ origin, path: '/', method: 'GET' })).body.text()).toBe('x')
    expect(http.stats().opened).toBe(1)
    await expect(dispatcher.request({ origin: 'http://10.0.0.1', path: '/', method: 'GET' })).rejects.toMatchObject({
      code: 'ERR_HTTP_BLOCKED',
    })
  })
})

describe('without a lifespan', () => {
  test('it is opened and closed by hand, with the undici that is installed', async () => {
    const { origin } = await site((_, response) => response.end('x'))
    const http = await httpPool({ guard: false }).open()
    expectTypeOf(http).toEqualTypeOf<HttpPool>()
    expect((await http.request(origin)).text()).toBe('x')
    await http.close()
  })
})
