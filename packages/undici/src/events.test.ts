import { subscribe } from '@millrace/core'
import type { UndiciEvent } from '@millrace/core'
import { expect, onTestFinished, test } from 'vitest'
import { deadPort, heldSite, site } from './fixtures/site.ts'
import { eachUndici } from './fixtures/versions.ts'

const listen = (): UndiciEvent[] => {
  const heard: UndiciEvent[] = []
  onTestFinished(subscribe('undici', (event) => heard.push(event)))
  return heard
}

eachUndici((open) => {
  test('connections, redirects, requests and what they came to are told', async () => {
    const { origin, server } = await site(({ url }, response) => {
      if (url === '/a') response.writeHead(302, { location: '/b' }).end()
      else response.writeHead(url === '/b' ? 200 : 503).end()
    })
    const heard = listen()
    const http = await open({ name: 'api', connections: 1 })
    await http.request(`${origin}/a`)
    await expect(http.request(`${origin}/c`, { body: 'x' })).rejects.toThrow('503')
    server.closeAllConnections()
    while (http.stats().connections > 0) await new Promise(setImmediate)
    const of = { pool: 'api', origin }
    expect(heard).toEqual([
      { type: 'undici.connected', ...of },
      { type: 'undici.redirected', ...of, status: 302, to: origin },
      {
        type: 'undici.request',
        ...of,
        method: 'GET',
        status: 200,
        tookMs: expect.any(Number) as number,
        error: undefined,
      },
      {
        type: 'undici.request',
        ...of,
        method: 'POST',
        status: 503,
        tookMs: expect.any(Number) as number,
        error: expect.objectContaining({ code: 'ERR_HTTP_STATUS' }) as unknown,
      },
      { type: 'undici.disconnected', ...of, error: expect.any(Error) as Error },
    ])
  })

  test('what was never sent is told with its reason', async () => {
    const { origin, arrived } = await heldSite()
    const heard = listen()
    const http = await open({ maxConcurrent: 1, maxWaiting: 0 })
    const running = http.request(origin).catch(() => {})
    await arrived(1)
    await http.request(origin).catch(() => {})
    await http.request('http://10.0.0.1/').catch(() => {})
    await http.request('no URL').catch(() => {})
    await http.request(`http://127.0.0.1:${await deadPort()}`).catch(() => {})
    await Promise.all([running, http.close(0)])
    const types = heard.filter(({ type }) => type !== 'undici.request')
    expect(types).toMatchObject([
      { type: 'undici.connected' },
      { type: 'undici.exhausted', reason: 'full', active: 1, waiting: 0 },
      { type: 'undici.blocked', origin: 'http://10.0.0.1', error: { code: 'ERR_HTTP_BLOCKED' } },
      { type: 'undici.blocked', origin: '', error: { code: 'ERR_HTTP_BLOCKED' } },
      { type: 'undici.connectFailed', error: { code: 'ECONNREFUSED' } },
      { type: 'undici.disconnected' },
    ])
    expect(http.stats()).toMatchObject({ requests: 5, failed: 5, blocked: 2, exhausted: 1 })
  })

  test('the health of a pool is that of what checkUrl asks', async () => {
    let status = 200
    const { origin } = await site((_, response) => response.writeHead(status).end())
    const http = await open({ checkUrl: `${origin}/health` })
    expect(await http.check()).toEqual({ status: 'healthy', numbers: { active: 0, waiting: 0, connections: 0 } })
    status = 500
    await expect(http.check()).rejects.toThrow('The HTTP service answered with status 500.')
    await expect(http.check(AbortSignal.abort('left'))).rejects.toBe('left')
    expect((await (await open()).check()).status).toBe('healthy')
  })
})
