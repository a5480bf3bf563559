import { faultProxy } from '@millrace/core/testing'
import type { FaultProxy } from '@millrace/core/testing'
import { createServer } from 'node:http'
import type { LookupFunction } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { deadPort, heldSite, rawSite, site } from '../fixtures/site.ts'
import { eachUndici } from '../fixtures/versions.ts'
import type { Pool } from '../pool.ts'

const behind = async (port: number): Promise<FaultProxy & { readonly origin: string }> => {
  const proxy = await faultProxy({ host: '127.0.0.1', port })
  onTestFinished(() => proxy.close())
  return Object.assign(proxy, { origin: `http://127.0.0.1:${proxy.port}` })
}

/** What holds when a fault is over: requests work, and nobody holds anything. */
const recovered = async (http: Pool, origin: string): Promise<void> => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => http.request(`${origin}/${n}`)))
  expect(answers.map((answer) => answer.text())).toEqual(Array.from({ length: 20 }, (_, n) => `/${n}`))
  expect(http.stats()).toMatchObject({ active: 0, waiting: 0 })
}

const echo = () => site(({ url }, response) => void response.end(url))

eachUndici((open) => {
  test('nobody listens: unavailable, at once, and the address is kept from the caller', async () => {
    const http = await open()
    const error: unknown = await http.request(`http://127.0.0.1:${await deadPort()}`).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE', cause: { code: 'ECONNREFUSED' } })
    expect((error as Error).message).not.toMatch(/\d/)
    expect(http.stats()).toMatchObject({ failed: 1, active: 0, connections: 0 })
  })

  test('a name that nobody knows: unavailable', async () => {
    const lookup: LookupFunction = (_, __, done) => done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '')
    await expect((await open({ lookup })).request('http://nowhere.test')).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
      cause: { code: 'ENOTFOUND' },
    })
  })

  test('a name server that does not answer: unavailable after connectMs', async () => {
    const http = await open({ lookup: () => {}, connectMs: 50 })
    await expect(http.request('http://slow.test')).rejects.toMatchObject({
      code: 'ERR_HTTP_UNAVAILABLE',
      cause: { code: 'UND_ERR_CONNECT_TIMEOUT' },
    })
    expect(http.stats().active).toBe(0)
  })

  test('who leaves while there is no connection yet is answered at once, and its place is kept until undici lets go', async () => {
    const http = await open({ lookup: () => {}, connectMs: 50, maxConcurrent: 1 })
    const leaving = new AbortController()
    const first = http.request('http://slow.test', leaving.signal)
    const second = http.request('http://slow.test')
    leaving.abort('gone')
    await expect(first).rejects.toBe('gone')
    expect(http.stats()).toMatchObject({ active: 1, waiting: 1, cancelled: 1 })
    await expect(second).rejects.toMatchObject({ code: 'ERR_HTTP_UNAVAILABLE' })
    expect(http.stats()).toMatchObject({ active: 0, waiting: 0 })
  })

  test('refused for a while: it recovers by itself', async () => {
    const { port } = await echo()
    const proxy = await behind(port)
    const http = await open()
    await proxy.refuse()
    const all = Array.from({ length: 50 }, () =>
      http.request(proxy.origin).catch((error: { code?: string }) => error.code),
    )
    expect(new Set(await Promise.all(all))).toEqual(new Set(['ERR_HTTP_UNAVAILABLE']))
    await proxy.heal()
    await recovered(http, proxy.origin)
  })

  test('a reset before the answer: lost', async () => {
    const { port, held, arrived } = await heldSite()
    const proxy = await behind(port)
    const http = await open()
    const lost = http.request(proxy.origin)
    await arrived(1)
    proxy.reset()
    await expect(lost).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST', kind: 'abandoned' })
    expect(http.stats()).toMatchObject({ active: 0, connections: 0 })
    const next = http.request(proxy.origin)
    await arrived(2)
    held[1]!.response.end('again')
    expect((await next).text()).toBe('again')
  })

  test('a reset in the middle of the answer: lost, whole and streamed', async () => {
    const { port, held, arrived } = await heldSite()
    const proxy = await behind(port)
    const http = await open()
    const whole = http.request(proxy.origin)
    const stream = http.stream(proxy.origin)
    const first = stream.next()
    await arrived(2)
    for (const { response } of held) response.writeHead(200, { 'content-length': '100' }).write('part')
    expect((await first).value).toEqual(Buffer.from('part'))
    proxy.reset()
    await expect(whole).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' })
    await expect(stream.next()).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST' })
    expect(http.stats()).toMatchObject({ failed: 2, active: 0 })
  })

  test('half-open, the server is gone and nobody said so: timed out, and the next one gets a new connection', async () => {
    const { port } = await echo()
    const proxy = await behind(port)
    const http = await open({ connections: 1 })
    await http.request(`${proxy.origin}/before`)
    proxy.halfOpen()
    await expect(http.request(proxy.origin, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'ERR_TIMED_OUT' })
    await recovered(http, proxy.origin)
  })

  test('a server that accepts and says nothing: timed out', async () => {
    const { port } = await echo()
    const proxy = await behind(port)
    const http = await open({ headersMs: 100 })
    proxy.freeze()
    await expect(http.request(proxy.origin)).rejects.toMatchObject({
      code: 'ERR_TIMED_OUT',
      message: 'The HTTP service did not answer in time.',
    })
    await proxy.heal()
    await recovered(http, proxy.origin)
  })

  test('a server that closes idle connections costs no error', async () => {
    const { server, origin } = await echo()
    const http = await open({ connections: 1 })
    await http.request(origin)
    server.closeAllConnections()
    while (http.stats().connections > 0) await new Promise(setImmediate)
    await recovered(http, origin)
  })

  test('killed and started again on the same port', async () => {
    const { server, port, origin } = await echo()
    const http = await open()
    await http.request(origin)
    server.close()
    server.closeAllConnections()
    await expect(http.request(origin)).rejects.toMatchObject({ code: /ERR_HTTP_UNAVAILABLE|ERR_CONNECTION_LOST/ })
    const again = createServer(({ url }, response) => response.end(url)).listen(port, '127.0.0.1')
    onTestFinished(() => again.close().closeAllConnections())
    await recovered(http, origin)
  })

  test.each([
    ['no HTTP', ['SSH-2.0-OpenSSH_9.2\r\n']],
    ['bytes', [Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])]],
    ['a head that ends in the middle of a name', ['HTTP/1.1 200 OK\r\ncontent\u0000-type: x\r\n\r\n']],
    ['two lengths', ['HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab']],
    ['a chunk without a length', ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', 'zz\r\nab\r\n']],
    ['an upgrade that nobody asked for', ['HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n']],
  ])('garbage in place of an answer, %s: lost', async (_, says) => {
    const { origin } = await rawSite(...says)
    const http = await open()
    await expect(http.request(origin)).rejects.toMatchObject({ code: 'ERR_CONNECTION_LOST', kind: 'abandoned' })
    expect(http.stats()).toMatchObject({ active: 0, failed: 1 })
  })

  test('everything 50 ms later: slower, and right', async () => {
    const { port } = await echo()
    const proxy = await behind(port)
    proxy.slow(50)
    await recovered(await open(), proxy.origin)
  })
})
