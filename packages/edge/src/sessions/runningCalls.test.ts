import { manualClock } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { legacy, legacyHeaders } from '../fixtures/post.ts'
import { serving } from '../fixtures/serving.ts'
import { v1, v2 } from '../fixtures/servers.ts'
import type { SessionOptions } from './options.ts'

const handshake = legacy('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'client', version: '1' },
})

describe.each([v1, v2])('a call in a session of a $name server, whose client has lost its connection', (line) => {
  const open = async (options: SessionOptions) => {
    const clock = manualClock()
    const held: Array<() => void> = []
    const { url, served } = await serving(
      () => {
        const server = line.mcpServer()
        const hold = () => new Promise((resolve) => held.push(() => resolve({ content: [] })))
        server.registerTool('hold', {}, hold)
        return server
      },
      { clock, sessions: options },
    )
    const start = async () => {
      const response = await fetch(url, handshake)
      await response.text()
      return { status: response.status, id: response.headers.get('mcp-session-id') ?? '' }
    }
    const { id } = await start()
    const headers = { ...legacyHeaders, 'mcp-session-id': id }
    const call = async (callId: number) => {
      const gone = new AbortController()
      const init = legacy('tools/call', { name: 'hold', arguments: {} }, callId)
      const answer = fetch(url, { ...init, headers, signal: gone.signal }).then((response) => response.text())
      await vi.waitFor(() => expect(held).toHaveLength(callId))
      gone.abort()
      await answer.catch(() => {})
      await vi.waitFor(() => expect(served.stats().active).toBe(0))
    }
    const tell = (body: object) =>
      fetch(url, { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', ...body }) })
    const sessions = () => served.stats().sessions
    return { clock, held, start, call, tell, sessions }
  }

  it('keeps the session from being idle until it is answered', async () => {
    const { clock, held, call, sessions } = await open({ idleMs: 1000 })
    await call(1)
    await call(2)
    clock.advance(5000)
    expect(sessions()).toBe(1)
    held[0]?.()
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(5000)
    expect(sessions()).toBe(1)
    held[1]?.()
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(900)
    expect(sessions()).toBe(1)
    clock.advance(300)
    expect(sessions()).toBe(0)
  })

  it('does so only for as long as it may', async () => {
    const { clock, call, sessions } = await open({ idleMs: 1000, detachedMs: 10_000 })
    await call(1)
    clock.advance(9900)
    expect(sessions()).toBe(1)
    clock.advance(2000)
    expect(sessions()).toBe(0)
  })

  it('does not once it is cancelled', async () => {
    const { clock, call, tell, sessions } = await open({ idleMs: 1000 })
    await call(1)
    await (await tell({ method: 'notifications/cancelled', params: { requestId: 1 } })).text()
    clock.advance(1200)
    expect(sessions()).toBe(0)
  })

  it('keeps the session from giving way to another one', async () => {
    const { held, call, start, sessions } = await open({ maxSessions: 1 })
    await call(1)
    expect((await start()).status).toBe(503)
    held[0]?.()
    await new Promise((resolve) => setImmediate(resolve))
    expect([(await start()).status, sessions()]).toEqual([200, 1])
  })
})
