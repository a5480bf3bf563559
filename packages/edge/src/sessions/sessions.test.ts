import { subscribe } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { legacy, legacyHeaders } from '../fixtures/post.ts'
import { serving, talkative } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import type { SessionOptions } from './options.ts'

const handshake = legacy('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'client', version: '1' },
})

describe.each([v1, v2])('a session of a $name server', (line) => {
  const open = async (sessions: SessionOptions = {}) => {
    const clock = manualClock()
    const { url, served } = await serving(() => talkative(line), {
      clock,
      sessions,
    })
    const start = async (headers: object = {}) => {
      const response = await fetch(url, { ...handshake, headers: { ...handshake.headers, ...headers } })
      await response.text()
      return { status: response.status, id: response.headers.get('mcp-session-id') ?? '', response }
    }
    const inSession = (id: string, headers: object = {}) => ({ ...legacyHeaders, 'mcp-session-id': id, ...headers })
    const list = async (id: string, headers: object = {}) => {
      const response = await fetch(url, { ...legacy('tools/list'), headers: inSession(id, headers) })
      await response.text()
      return response.status
    }
    const stream = async (id: string, headers: object = {}) => {
      const gone = new AbortController()
      onTestFinished(() => gone.abort())
      const accept = { accept: 'text/event-stream' }
      const response = await fetch(url, { headers: inSession(id, { ...accept, ...headers }), signal: gone.signal })
      return { response, leave: () => gone.abort() }
    }
    return { clock, url, served, start, list, stream, inSession }
  }

  it('answers until it has been idle for too long, and is not found afterwards', async () => {
    const { clock, start, list, served } = await open({ idleMs: 1000 })
    const { id } = await start()
    clock.advance(900)
    expect(await list(id)).toBe(200)
    clock.advance(900)
    expect(await list(id)).toBe(200)
    expect(served.stats().sessions).toBe(1)
    clock.advance(1200)
    expect(await list(id)).toBe(404)
    expect(served.stats().sessions).toBe(0)
  })

  it('is not idle while a stream of it is open', async () => {
    const { clock, start, list, stream, served } = await open({ idleMs: 1000 })
    const { id } = await start()
    const { leave } = await stream(id)
    clock.advance(5000)
    expect(await list(id)).toBe(200)
    leave()
    await vi.waitFor(async () => {
      clock.advance(1200)
      expect(served.stats().sessions).toBe(0)
    })
  })

  it('gives way to another one when there are as many as there may be, the longest idle first', async () => {
    const { start, list, stream } = await open({ maxSessions: 2 })
    const [first, second] = [await start(), await start()]
    expect(await list(first.id)).toBe(200)
    const third = await start()
    expect([await list(first.id), await list(second.id), await list(third.id)]).toEqual([200, 404, 200])
    await stream(first.id)
    await stream(third.id)
    const { status, response } = await start()
    expect([status, response.headers.get('retry-after')]).toEqual([503, '5'])
  })

  it('ends when its client takes leave, and when the edge closes; each time it is said', async () => {
    const events: unknown[] = []
    onTestFinished(subscribe('edge', (event) => void events.push(event)))
    const { start, list, url, served, inSession } = await open()
    const [one, other] = [await start(), await start()]
    await fetch(url, { method: 'DELETE', headers: inSession(one.id) })
    expect([await list(one.id), await list(other.id)]).toEqual([404, 200])
    await served.close(0)
    expect(events.filter((event) => (event as { type: string }).type.startsWith('edge.session'))).toEqual([
      { type: 'edge.sessionOpened', sessions: 1 },
      { type: 'edge.sessionOpened', sessions: 2 },
      { type: 'edge.sessionClosed', reason: 'ended', sessions: 1 },
      { type: 'edge.sessionClosed', reason: 'closed', sessions: 0 },
    ])
  })

  it('sends again what a client has missed of a stream', async () => {
    const { start, url, stream, inSession } = await open()
    const { id } = await start()
    const tell = legacy('tools/call', { name: 'tell', arguments: { q: 'news' }, _meta: { progressToken: 1 } })
    const sent = await (await fetch(url, { ...tell, headers: inSession(id) })).text()
    const [first] = [...sent.matchAll(/^id: (.+)$/gm)].map(([, eventId]) => eventId)
    const { response, leave } = await stream(id, { 'last-event-id': first ?? '' })
    const reader = response.body?.getReader()
    let heard = ''
    while (!heard.includes('"result"')) heard += Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(heard).toContain('news')
    leave()
  })

  it('refuses to resume a stream after an event that never was', async () => {
    const { start, stream } = await open()
    const { id } = await start()
    for (const made of ['1', 'x', '999999.abc', '1.nonsense', '0._GET_stream', '-1.x']) {
      const { response } = await stream(id, { 'last-event-id': made })
      expect([made, response.status, await response.text()]).toEqual([
        made,
        400,
        expect.stringContaining('Invalid event ID format'),
      ])
    }
  })

  it('counts handshakes under way among those there may be', async () => {
    const { start, served } = await open({ maxSessions: 2 })
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => start()))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2)
    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true)
    expect(served.stats().sessions).toBe(2)
  })

  it('needs a handshake that the SDK takes', async () => {
    const { url, served } = await open()
    const broken = legacy('initialize', { protocolVersion: 7 })
    const response = await fetch(url, broken)
    await response.text()
    expect(response.status).toBeLessThan(500)
    for (const method of ['GET', 'DELETE']) {
      expect((await fetch(url, { method, headers: { accept: 'text/event-stream' } })).status).toBe(400)
    }
    expect((await fetch(url, { method: 'PUT' })).headers.get('allow')).toBe('GET, POST, DELETE')
    expect(served.stats().active).toBe(0)
  })
})
