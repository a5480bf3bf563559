import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { InMemoryServerEventBus, McpServer } from '@modelcontextprotocol/server'
import express from 'express'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { edge } from './edge.ts'
import { clientModern, clientV1 } from './fixtures/clients.ts'
import { listen } from './fixtures/listen.ts'
import { legacy, legacyHeaders, modern } from './fixtures/post.ts'
import { v1, v2 } from './fixtures/servers.ts'
import type { TestServer } from './fixtures/servers.ts'
import { serving, talkative } from './fixtures/serving.ts'
import { send } from './fixtures/wire.ts'
import { world } from './fixtures/world.ts'
import type { ServerContext } from './servers/line.ts'

// What docs/edge-migration.md says, in its order.

const info = { name: 'fixture', version: '1.0.0' }
const who = { name: 'who', arguments: {} }
const seen = () => ({ aborted: 0, running: 0, pages: 0 })

/** A server that says whom it takes its caller for. */
const knowing = (server: TestServer): TestServer => {
  server.registerTool('who', {}, (context: Known) => ({
    content: [{ type: 'text', text: (context.authInfo ?? context.http?.authInfo)?.clientId ?? 'nobody' }],
  }))
  return server
}

const textOf = async (response: Response): Promise<string | undefined> =>
  /"text":"([^"]*)"/.exec(await response.text())?.[1]

describe('who comes from createMcpHandler', () => {
  it('gives fetch the authInfo that was found elsewhere', async () => {
    const endpoint = edge(() => knowing(v2.mcpServer()))
    const request = new Request('http://localhost/mcp', modern('tools/call', who))
    expect(await textOf(await endpoint.fetch(request, { token: 't', clientId: 'ann', scopes: [] }))).toBe('ann')
    await endpoint.close(0)
  })

  it('uses the bus of the SDK, which tells the subscribers of several endpoints', async () => {
    const bus = new InMemoryServerEventBus()
    const one = edge(() => talkative(v2), { bus })
    const catalogue = { hasExtra: false }
    const { url, served } = await serving(() => world(v2, seen(), () => catalogue.hasExtra), {
      bus,
      maxSubscriptions: 1,
    })
    const client = await clientModern.connect(url)
    await client.listen({ toolsListChanged: true, resourceSubscriptions: ['note://1'] })
    await expect(client.callTool({ name: 'extra' })).rejects.toThrow(/not found/)
    catalogue.hasExtra = true
    // It has had no request yet, and the other is told all the same, and offers what there is now.
    one.notify.toolsChanged()
    one.notify.promptsChanged()
    one.notify.resourcesChanged()
    one.notify.resourceUpdated('note://1')
    await vi.waitFor(() => expect(client.changes).toEqual(['tools', 'note://1']))
    expect(await client.callTool({ name: 'extra' })).toMatchObject({ content: [{ text: 'extra' }] })
    await expect(client.listen({ toolsListChanged: true })).rejects.toThrow(/subscription/i)
    await client.close()
    await Promise.all([one.close(0), served.close(0)])
  })
})

describe('who comes from StreamableHTTPServerTransport', () => {
  it('needs no session where there was none, and no map where there were some', async () => {
    const without = await serving(() => talkative(v1))
    const handshake = legacy('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info })
    const idOf = async (url: URL) => (await fetch(url, handshake)).headers.get('mcp-session-id')
    expect(await idOf(without.url)).toBeNull()
    const { url, served } = await serving(() => talkative(v1), { sessions: true })
    expect(await idOf(url)).toMatch(/^[\w-]{36}$/)
    expect(served.stats().sessions).toBe(1)
  })

  it('keeps an event store of its own', async () => {
    const stored: unknown[] = []
    const eventStore = () => ({
      storeEvent: async (stream: string, message: unknown) => {
        stored.push(message)
        return `${stream}/${stored.length}`
      },
      replayEventsAfter: async () => '',
    })
    const { url } = await serving(() => talkative(v1), { sessions: { eventStore } })
    const client = await clientV1.connect(url)
    await client.callTool({ name: 'echo', arguments: { q: 'kept' } })
    expect(JSON.stringify(stored)).toContain('kept')
    await client.close()
  })

  it('leaves express.json() where it is, and what a middleware says of the caller in req.auth', async () => {
    const endpoint = edge(() => knowing(v1.mcpServer()))
    const app = express()
    app.use(express.json(), (request, _response, next) => {
      Object.assign(request, { auth: { token: 't', clientId: 'ann', scopes: [] } })
      next()
    })
    app.all('/mcp', endpoint.handler)
    const { url, close } = await listen(app)
    onTestFinished(close)
    expect(await textOf(await fetch(url, legacy('tools/call', who)))).toBe('ann')
  })
})

describe('what does not stay the same', () => {
  it.each([
    ['v1', v1, legacy, 1],
    ['v2, 2025', v2, legacy, 1],
    ['v2, 2026-07-28', v2, modern, 2],
  ])('one server answers all requests of a kind of client (%s)', async (_line, line, request, atMost) => {
    let made = 0
    const { url } = await serving(() => {
      made += 1
      return talkative(line)
    })
    for (let n = 0; n < 5; n += 1) await (await fetch(url, request('tools/list', {}, n))).text()
    expect(made).toBeLessThanOrEqual(atMost)
  })

  it('a createServer that takes the context makes one for each request, and may go by the caller', async () => {
    const contexts: ServerContext[] = []
    const create = (context?: ServerContext) => {
      if (context !== undefined) contexts.push(context)
      return knowing(v2.mcpServer())
    }
    const authenticate = () => ({ token: 't', clientId: 'ann', scopes: [] })
    const { url } = await serving(create, { authenticate })
    contexts.length = 0
    for (const request of [legacy, modern, legacy, modern]) {
      expect(await textOf(await fetch(url, request('tools/call', who)))).toBe('ann')
    }
    expect(contexts.slice(-4).map(({ era, authInfo }) => [era, (authInfo as Known['authInfo'])?.clientId])).toEqual([
      ['legacy', 'ann'],
      ['modern', 'ann'],
      ['legacy', 'ann'],
      ['modern', 'ann'],
    ])
  })

  it.each([v1, v2])('a tool of $name that asks its client is told to have sessions', async (line) => {
    const { url } = await serving(() => world(line, seen()))
    const client = await clientV1.connect(url)
    const answer = await client.callTool({ name: 'sample' })
    expect(answer['isError']).toBe(true)
    expect(JSON.stringify(answer)).toContain('session')
    await client.close()
  })

  it.each([v1, v2])('a call of 2025 to $name whose caller leaves is aborted', async (line) => {
    const happened = { aborted: 0, running: 0 }
    const { url } = await serving(() => talkative(line, happened))
    const gone = new AbortController()
    const call = legacy('tools/call', { name: 'wait', arguments: { q: 'x' } })
    const answer = fetch(url, { ...call, signal: gone.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(happened.running).toBe(1))
    gone.abort()
    await vi.waitFor(() => expect(happened.aborted).toBe(1))
    expect(await answer).toBe('gone')
  })

  it('the id that a handler sees is the server’s own', async () => {
    const ids: unknown[] = []
    const { url } = await serving(() => {
      const server = new McpServerV1(info)
      server.registerTool('id', {}, ({ requestId }) => {
        ids.push(requestId)
        return { content: [] }
      })
      return server as unknown as TestServer
    })
    const ask = async () => (await fetch(url, legacy('tools/call', { name: 'id' }, 'mine'))).json()
    expect([await ask(), await ask()]).toMatchObject([{ id: 'mine' }, { id: 'mine' }])
    expect(new Set([...ids, 'mine']).size).toBe(3)
  })

  it('an answer is JSON where the SDK opens a stream, until a call notifies', async () => {
    const { url } = await serving(() => talkative(v1))
    const typeOf = async (name: string) => {
      const params = { name, arguments: { q: 'x' }, _meta: { progressToken: 1 } }
      const response = await fetch(url, legacy('tools/call', params))
      await response.text()
      return response.headers.get('content-type')
    }
    expect([await typeOf('echo'), await typeOf('tell')]).toEqual(['application/json', 'text/event-stream'])
  })

  it('what a client of 2025 sets for itself alone needs a session', async () => {
    const { url } = await serving(() => {
      const server = new McpServer(info, { capabilities: { logging: {} } })
      server.registerTool('log', {}, async (context) => {
        await context.mcpReq.log('debug', 'details')
        return { content: [] }
      })
      return server as unknown as TestServer
    })
    const setLevel = await send(url, legacy('logging/setLevel', { level: 'error' }))
    expect(setLevel.status).toBe(200)
    const answer = await send(url, { ...legacy('tools/call', { name: 'log' }), headers: legacyHeaders })
    expect(answer.bytes.toString()).toContain('details')
  })
})

interface Known {
  readonly authInfo?: { readonly clientId: string }
  readonly http?: { readonly authInfo?: { readonly clientId: string } }
}
