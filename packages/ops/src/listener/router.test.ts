import { once } from 'node:events'
import { request } from 'node:http'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ask } from '../fixtures/ask.ts'
import { served } from '../fixtures/served.ts'
import { json, sentence } from './answer.ts'
import type { Answer } from './answer.ts'
import type { Route } from './part.ts'

const get = (path: string, handle: Route['handle']): Route => ({ path, guard: 'read', handle })

const text = (body: Answer['body']): Answer => ({ type: 'text/plain', body })

describe('a route', () => {
  it('is found by its path and its method', async () => {
    const url = await served([
      get('/a', () => json({ a: 1 })),
      { path: '/a', method: 'POST', guard: 'read', handle: () => sentence(202, 'taken') },
      get('/b', () => sentence(200, 'b')),
      get('/b/page.js', () => sentence(200, '')),
    ])
    expect(await ask(url, '/a?b=c')).toMatchObject({ status: 200, text: '{"a":1}\n' })
    expect(await ask(url, '/a', { method: 'POST' })).toMatchObject({ status: 202, text: 'taken\n' })
    expect(await ask(url, '/c')).toMatchObject({
      status: 404,
      text: 'There is nothing at this path. There is /a, /b.\n',
    })
    const wrong = await ask(url, '/b', { method: 'DELETE' })
    expect(wrong).toMatchObject({ status: 405, text: 'Here is only GET.\n', headers: { allow: 'GET' } })
  })

  it('answers HEAD like GET, without a body', async () => {
    const url = await served([get('/a', () => text('12345'))])
    const { status, headers, text: body } = await ask(url, '/a', { method: 'HEAD' })
    expect({ status, length: headers['content-length'], body }).toEqual({ status: 200, length: '5', body: '' })
  })

  it('answers HEAD of what goes on with its head, and ends', async () => {
    let begun = 0
    const url = await served([get('/live', () => text(() => void (begun += 1)))])
    expect(await ask(url, '/live', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(begun).toBe(0)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no luck')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no luck')
      },
    ],
    [
      'throws no error',
      () => {
        throw 'no luck'
      },
    ],
  ])('that %s is a 500 that says why', async (_what, handle) => {
    const url = await served([get('/a', handle)])
    expect(await ask(url, '/a')).toMatchObject({ status: 500, text: 'This could not be answered: no luck\n' })
  })

  it('is for no cache, no frame and no other site', async () => {
    const url = await served([get('/a', () => text('a'))])
    expect((await ask(url, '/a')).headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
  })

  it('is packed when it is long and who asks takes that', async () => {
    const long = 'abc'.repeat(1000)
    const url = await served([get('/long', () => text(long)), get('/short', () => text(Buffer.from('abc')))])
    const headers = { 'accept-encoding': 'br, gzip' }
    const packed = await ask(url, '/long', { headers })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.bytes).toString()).toBe(long)
    expect(await ask(url, '/short', { headers })).toMatchObject({ text: 'abc' })
    expect(await ask(url, '/long')).toMatchObject({ text: long })
    const refused = await ask(url, '/long', { headers: { 'accept-encoding': 'gzip;q=0, br' } })
    expect(refused).toMatchObject({ text: long })
  })

  it('may answer with a stream', async () => {
    const url = await served([get('/a', () => text(Readable.from(['a', 'b'])))])
    expect(await ask(url, '/a')).toMatchObject({ status: 200, text: 'ab' })
  })

  it('hangs up when its stream breaks', async () => {
    const broken = async function* () {
      yield 'a'
      throw new Error('broken')
    }
    const url = await served([get('/a', () => text(Readable.from(broken())))])
    await expect(ask(url, '/a')).rejects.toThrow('aborted')
    await expect(ask(url, '/b')).resolves.toMatchObject({ status: 404 })
  })

  it('destroys its stream when who asked has gone', async () => {
    const endless = new Readable({ read() {} })
    endless.push('a')
    const url = await served([get('/a', () => text(endless))])
    const asking = request(new URL('/a', url)).end()
    const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
    await once(response, 'data')
    const gone = new Promise((resolve) => endless.on('error', () => {}).on('close', resolve))
    asking.on('error', () => {})
    asking.destroy()
    await gone
    expect(endless.destroyed).toBe(true)
  })

  it('is given up when who asked takes nothing of it', async () => {
    const endless = new Readable({ read: () => void endless.push(Buffer.alloc(65_536)) })
    const url = await served([get('/a', () => ({ ...text(endless), stalledMs: 50 }))])
    const asking = request(new URL('/a', url)).end()
    asking.on('error', () => {})
    const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
    response.on('error', () => {}).pause()
    await new Promise((resolve) => endless.on('error', () => {}).on('close', resolve))
    asking.destroy()
  })

  it('may go on answering until the listener closes, which hangs up', async () => {
    const writes = (response: ServerResponse): void => void response.write('a')
    let closed = 0
    const url = await served([get('/a', () => text(writes))], { close: () => (closed += 1) })
    const asking = request(new URL('/a', url)).end()
    const [response] = (await once(asking, 'response')) as [NodeJS.ReadableStream]
    const [piece] = (await once(response, 'data')) as [Buffer]
    expect(piece.toString()).toBe('a')
    expect(closed).toBe(0)
    response.on('error', () => {})
  })
})
