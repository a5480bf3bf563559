import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { edge } from './edge.ts'
import { legacy, legacyHeaders, modern } from './fixtures/post.ts'
import { v1, v2 } from './fixtures/servers.ts'
import { serving, talkative } from './fixtures/serving.ts'
import { until } from './fixtures/until.ts'
import { waitingServer } from './fixtures/waiting.ts'
import type { Waiting } from './fixtures/waiting.ts'
import { world } from './fixtures/world.ts'

const eras = [
  { name: 'v1', line: v1, request: legacy },
  { name: 'v2, 2025', line: v2, request: legacy },
  { name: 'v2, 2026-07-28', line: v2, request: modern },
]

describe.each(eras)('an edge of $name that closes', ({ line, request }) => {
  it('waits for the answers under way, refuses what comes new, and ends connections with their answers', async () => {
    const waiting = new Map<string, Waiting>()
    const made: never[] = []
    const { url, served } = await serving(waitingServer(line, waiting, made, false))
    const answer = fetch(url, request('tools/call', { name: 'wait', arguments: { key: 'k' } }))
    await until(() => waiting.has('k'), 'the handler runs')
    const closed = [served.close(60_000), served.close(60_000)]
    const late = await fetch(url, request('tools/list'))
    expect([late.status, late.headers.get('retry-after'), late.headers.get('connection')]).toEqual([503, '1', 'close'])
    waiting.get('k')?.answer()
    const { status, headers } = await answer
    expect([status, headers.get('connection')]).toEqual([200, 'close'])
    await Promise.all(closed)
    expect(served.stats()).toEqual({ active: 0, servers: 0, sessions: 0 })
  })

  it('gives up what does not end in time', async () => {
    const seen = { running: 0, aborted: 0 }
    const { url, served } = await serving(() => talkative(line, seen))
    const answer = fetch(url, request('tools/call', { name: 'wait', arguments: { q: 'x' } }))
    await until(() => seen.running === 1, 'the handler runs')
    await served.close(1)
    expect(await (await answer).json()).toMatchObject({ error: { code: -32603 } })
    await until(() => served.stats().active === 0, 'nothing is left')
  })
})

describe.each([v1, v2])('an edge of $name with sessions that closes', (line) => {
  const handshake = legacy('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'client', version: '1' },
  })

  it('lets a call ask its client to the end, begins no other, and ends the streams that wait for news', async () => {
    const { url, served } = await serving(() => world(line, { aborted: 0, running: 0, pages: 0 }), { sessions: true })
    const response = await fetch(url, handshake)
    await response.text()
    const headers = { ...legacyHeaders, 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' }
    const post = (body: string) => fetch(url, { method: 'POST', headers, body })
    await post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
    const news = await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } })
    const call = await post(legacy('tools/call', { name: 'elicit', arguments: {} }, 5).body)
    const reader = call.body?.getReader()
    let heard = ''
    const hear = async (what: string) => {
      while (!heard.includes(what)) heard += Buffer.from((await reader?.read())?.value ?? []).toString()
    }
    await hear('elicitation/create')
    const question = JSON.parse(/data: (\{.*elicitation.*\})/.exec(heard)?.[1] ?? '') as { id: unknown }
    const closed = served.close(60_000)
    expect((await post(legacy('tools/list').body)).status).toBe(503)
    expect((await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } })).status).toBe(503)
    const result = { action: 'accept', content: { name: 'Ann' } }
    expect((await post(JSON.stringify({ jsonrpc: '2.0', id: question.id, result }))).status).toBe(202)
    await hear('"id":5')
    expect(heard).toContain('accept')
    await closed
    await news.text()
    await until(() => served.stats().active === 0, 'nothing is left')
    expect(served.stats()).toEqual({ active: 0, servers: 0, sessions: 0 })
  })
})

describe('a program whose edge closes', () => {
  it('gets to what comes after, also when nothing else keeps it running', () => {
    const program = `
      import { McpServer } from '@modelcontextprotocol/server'
      import { edge } from ${JSON.stringify(new URL('edge.ts', import.meta.url).href)}
      const { promise: isRunning, resolve } = Promise.withResolvers()
      const served = edge(() => {
        const server = new McpServer({ name: 'program', version: '1.0.0' })
        server.registerTool('wait', {}, () => {
          resolve()
          return new Promise(() => {})
        })
        return server
      })
      void served.fetch(new Request('http://localhost/mcp', ${JSON.stringify(legacy('tools/call', { name: 'wait' }))}))
      await isRunning
      await served.close(50)
      console.log('the rest')`
    const flags = ['--conditions=@millrace/source', '--input-type=module', '--eval', program]
    const cwd = new URL('.', import.meta.url)
    expect(execFileSync(process.execPath, flags, { cwd, encoding: 'utf8' })).toBe('the rest\n')
  })
})

describe('an edge of v2 that closes', () => {
  it('ends subscriptions, which would never end by themselves', async () => {
    const served = edge(() => talkative(v2))
    const listening = await served.fetch(
      new Request(
        'http://localhost/mcp',
        modern('subscriptions/listen', { notifications: { toolsListChanged: true } }),
      ),
    )
    expect(listening.status).toBe(200)
    expect(served.stats().active).toBe(1)
    const told = listening.text()
    await served.close(60_000)
    expect(await told).toContain('subscriptions/acknowledged')
    await until(() => served.stats().active === 0, 'nothing is left')
  })
})
