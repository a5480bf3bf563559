import { lifespan, resource } from '@millrace/lifespan'
import { metrics } from '@millrace/metrics'
import { describe, expect, it } from 'vitest'
import { ask } from './fixtures/ask.ts'
import { deferred } from '@millrace/core/testing'
import { opened } from './fixtures/opened.ts'
import { ops } from './index.ts'

describe('a listener of ops', () => {
  it('is on this machine alone, at a port of its own', async () => {
    const url = await opened()
    expect(url.hostname).toBe('127.0.0.1')
    expect((await ask(url, '/health')).status).toBe(200)
    expect((await ask(url, '/metrics')).status).toBe(404)
  })

  it('starts once and closes once, however often it is told, and can be started again', async () => {
    const seen = ops({ port: 0 })
    await seen.close()
    const [{ url }, again] = await Promise.all([seen.start(), seen.start()])
    expect(again.url).toEqual(url)
    await Promise.all([seen.close(), seen.close()])
    await expect(ask(url, '/health')).rejects.toThrow('ECONNREFUSED')
    const later = await seen.start()
    expect((await ask(later.url, '/health')).status).toBe(200)
    await seen.close()
  })

  it('says in a sentence that its port is taken, and listens when it is free', async () => {
    const first = ops({ port: 0 })
    const { url } = await first.start()
    const second = ops({ port: Number(url.port) })
    await expect(second.start()).rejects.toThrow(`ops: port ${url.port} of 127.0.0.1 is in use; give ops another port`)
    await first.close()
    await second.start()
    expect((await ask(url, '/health')).status).toBe(200)
    await second.close()
  })

  it('says in a sentence that an address is not to be had', async () => {
    const seen = ops({ port: 0, host: '192.0.2.1', token: 'x'.repeat(16) })
    await expect(seen.start()).rejects.toThrow('ops: port 0 of 192.0.2.1 cannot be used: listen EADDRNOTAVAIL')
  })

  it('is a resource, which says that the server starts and stops for as long as that takes', async () => {
    const [opening, closing] = [deferred(), deferred()]
    const slow = resource({ start: () => opening.promise })
    const seen = ops({ port: 0, lifespan: () => app })
    const app = lifespan({ seen, slow }, { signals: false })
    app.onShutdown(() => closing.promise)
    const { url } = await seen.start()
    const started = app.start()
    expect(await ask(url, '/ready')).toMatchObject({ status: 503, text: '{"ready":false,"state":"starting"}\n' })
    opening.resolve()
    await started
    expect(app.resources.seen.url).toEqual(url)
    expect(await ask(url, '/ready')).toMatchObject({ status: 200, text: '{"ready":true,"state":"ready"}\n' })
    const stopped = app.stop()
    expect(await ask(url, '/ready')).toMatchObject({ status: 503, text: '{"ready":false,"state":"stopping"}\n' })
    expect((await ask(url, '/health')).status).toBe(200)
    closing.resolve()
    await stopped
    await expect(ask(url, '/health')).rejects.toThrow('ECONNREFUSED')
  })

  it('closes by itself when the lifespan it was given has stopped', async () => {
    const app = lifespan({ slow: resource({ start: () => 1 }) }, { signals: false })
    const seen = ops({ port: 0, lifespan: app })
    const { url } = await seen.start()
    expect((await ask(url, '/ready')).status).toBe(503)
    await app.start()
    expect((await ask(url, '/ready')).status).toBe(200)
    await app.stop()
    await seen.close()
    await expect(ask(url, '/health')).rejects.toThrow('ECONNREFUSED')
  })

  it('shows metrics in the format that is asked for, packed for who takes that', async () => {
    const numbers = metrics()
    const url = await opened({ metrics: numbers })
    const plain = await ask(url, '/metrics')
    expect(plain.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(plain.text).toContain('# TYPE mcp_requests_total counter')
    const open = await ask(url, '/metrics', {
      headers: { accept: 'application/openmetrics-text;version=1.0.0', 'accept-encoding': 'gzip, deflate' },
    })
    expect(open.headers['content-type']).toContain('application/openmetrics-text')
    expect(open.headers['content-encoding']).toBe('gzip')
    expect(open.bytes.length).toBeLessThan(plain.bytes.length / 2)
    numbers.close()
  })
})
