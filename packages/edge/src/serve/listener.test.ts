import { once } from 'node:events'
import { request as ask } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { manualClock } from '@millrace/core/testing'
import { lifespan, resource } from '@millrace/lifespan'
import { legacy } from '../fixtures/post.ts'
import { talkative } from '../fixtures/serving.ts'
import { v1 } from '../fixtures/servers.ts'
import { send } from '../fixtures/wire.ts'
import type { ServeOptions } from './options.ts'
import { serve } from './serve.ts'

const echo = legacy('tools/call', { name: 'echo', arguments: { q: 'hi' } })

const open = async (options: ServeOptions = {}) => {
  const serving = await serve(() => talkative(v1), { port: 0, signals: false, ...options })
  onTestFinished(() => serving.close())
  return serving
}

describe('serve', () => {
  it('answers at its path, whatever the query, and nowhere else', async () => {
    const { url } = await open()
    expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
    expect((await send(url, echo)).status).toBe(200)
    expect((await send(new URL('?key=1', url), echo)).status).toBe(200)
    for (const path of ['/', '/mcpx', '/mcp/x']) expect((await send(new URL(path, url), echo)).status).toBe(404)
  })

  it('lets the author answer other paths', async () => {
    const { url } = await open({ path: '/api', fallback: (_request, response) => void response.end('mine') })
    expect(url.pathname).toBe('/api')
    expect((await send(new URL('/x', url), { ...echo, method: 'GET' })).bytes.toString()).toBe('mine')
  })

  it('listens when everything has started, and stops it when the last answer is given', async () => {
    const seen: string[] = []
    const db = resource({ start: async () => void seen.push('started'), close: () => void seen.push('closed') })
    const app = lifespan({ db }, { signals: false })
    const serving = await open({ lifespan: app })
    expect([seen, serving.isReady]).toEqual([['started'], true])
    expect((await send(serving.url, echo)).status).toBe(200)
    await serving.close()
    await serving.closed
    expect([seen, serving.isReady]).toEqual([['started', 'closed'], false])
    await expect(send(serving.url, echo)).rejects.toThrow('ECONNREFUSED')
  })

  it('does not wait for connections that are idle', async () => {
    const serving = await open()
    await new Promise((resolve, reject) => {
      const sent = ask(serving.url, { method: 'POST', headers: { ...echo.headers, connection: 'keep-alive' } })
      sent.on('response', (response) => response.resume().on('end', resolve)).on('error', reject)
      sent.end(echo.body)
    })
    await serving.close()
    expect((await serving.stats()).active).toBe(0)
  })

  it('gives its port back in a moment in which nobody comes, and tells those who come before that', async () => {
    const clock = manualClock()
    const serving = await open({ clock })
    const idle = connect(Number(serving.url.port), serving.url.hostname)
    await once(idle, 'connect')
    expect((await send(serving.url, echo)).status).toBe(200)
    const closing = serving.close()
    const late = await send(serving.url, echo)
    expect(late).toMatchObject({ status: 503, headers: { connection: 'close', 'retry-after': '1' } })
    const pass = async (): Promise<void> => {
      clock.advance(20)
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
    }
    await pass()
    expect((await send(serving.url, echo)).status, 'somebody came').toBe(503)
    await pass()
    await pass()
    await expect(send(serving.url, echo)).rejects.toThrow('ECONNREFUSED')
    idle.destroy()
    await closing
  })

  it('says that a port is taken, and leaves nothing running', async () => {
    const { url } = await open()
    const closed: string[] = []
    const db = resource({ start: async () => 1, close: () => void closed.push('db') })
    const app = lifespan({ db }, { signals: false })
    await expect(open({ port: Number(url.port), lifespan: app })).rejects.toThrow('EADDRINUSE')
    expect(closed).toEqual(['db'])
  })

  it.each([
    [{ port: 70_000 }, 'serve.port must be a port'],
    [{ path: 'mcp' }, 'serve.path must be a path such as /mcp'],
    [{ workers: 0 }, 'serve.workers must be'],
    [{ requestMs: 10 }, 'serve.requestMs must be at least headersMs (20000), got 10'],
    [{ signals: ['TERM'] }, 'serve.signals must be names of signals, or false'],
    [{ lifespan: {} }, 'serve.lifespan must be a lifespan'],
    [{ signals: ['SIGKILL'] }, 'serve.signals must be names of signals, or false'],
    [{ signals: ['SIGHELLO'] }, 'serve.signals must be names of signals, or false'],
    [{ path: '/a b' }, 'serve.path must be a path such as /mcp'],
    [{ prot: 1 }, 'serve.prot is not an option; did you mean port?'],
    [null, 'serve: options must be an object, got null'],
    [5, 'serve: options must be an object, got 5'],
    ...['https://app.example', 'app.example:443', '::1', '*', 'two words'].flatMap(
      (name) =>
        [
          [{ hosts: [name] }, 'serve.hosts must be an array of host names such as api.example, without scheme or port'],
          [
            { origins: [name] },
            'serve.origins must be an array of host names such as api.example, without scheme or port',
          ],
        ] as Array<[object, string]>,
    ),
    [{ maxBodyBytes: 0 }, 'serve.maxBodyBytes'],
  ])('refuses %o', async (options, message) => {
    await expect(serve(() => talkative(v1), options as never)).rejects.toThrow(message)
  })

  it('refuses what makes no server', async () => {
    await expect(serve(talkative(v1) as never)).rejects.toThrow(
      'serve: expected a function that makes a server, got an object',
    )
  })
})
