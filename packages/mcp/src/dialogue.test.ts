import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { CreateMessageRequestSchema, CreateMessageResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import type { Middleware } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { use, wrap } from './index.ts'

const watcher = () => {
  const seen: Array<boolean | undefined> = []
  const middleware: Middleware = async (call, next) => {
    const result = await next(call)
    if (call.method === 'tools/call') seen.push(call.isExchange)
    return result
  }
  return { seen, middleware }
}

describe('an answer for which the client was asked something', () => {
  it.each(['use', 'wrap'])('is known as part of a dialogue, with %s on SDK v1', async (door) => {
    const { seen, middleware } = watcher()
    const server = new McpServerV1({ name: 's', version: '1' })
    if (door === 'use') use(server, middleware)
    const around = door === 'wrap' ? wrap({ name: 'ask' }, middleware) : wrap()
    const sampling = { method: 'sampling/createMessage' as const, params: { messages: [], maxTokens: 1 } }
    const ask = around(
      async ({ q }: { q: boolean }, extra: { sendRequest: (...args: never[]) => Promise<unknown> }) => {
        if (q) await extra.sendRequest(sampling as never, CreateMessageResultSchema as never)
        return { content: [] }
      },
    )
    server.registerTool('ask', { inputSchema: { q: z.boolean() } }, ask)
    const client = new ClientV1({ name: 'c', version: '1' }, { capabilities: { sampling: {} } })
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      role: 'assistant',
      model: 'm',
      content: { type: 'text', text: 'x' },
    }))
    const [near, far] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(far), client.connect(near)])
    await client.callTool({ name: 'ask', arguments: { q: true } })
    await client.callTool({ name: 'ask', arguments: { q: false } })
    expect(seen).toEqual([true, false])
    await client.close()
  })
})

describe('the two eras of SDK v2', () => {
  const connect = async (handler: ReturnType<typeof createMcpHandler>, isModern: boolean) => {
    const client = new ClientV2({ name: 'c', version: '1' }, isModern ? { versionNegotiation: { mode: 'auto' } } : {})
    const fetch = (url: string | URL, init?: RequestInit) => handler.fetch(new Request(url, init))
    await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch }))
    return client
  }

  it('have revisions of their own, as the SDK answers each in its own way', async () => {
    const revisions: Array<string | undefined> = []
    const note: Middleware = (call, next) => {
      if (call.method === 'tools/call') revisions.push(call.revision)
      return next(call)
    }
    const handler = createMcpHandler(() => {
      const server = use(new McpServer({ name: 's', version: '1' }), note)
      server.registerTool('list', { outputSchema: z.array(z.string()) }, async () => ({
        content: [],
        structuredContent: ['x'],
      }))
      return server
    })
    for (const isModern of [false, true, true]) {
      const client = await connect(handler, isModern)
      await client.callTool({ name: 'list' })
      await client.close()
    }
    expect(revisions[0]).not.toBe(revisions[1])
    expect(revisions[1]).toBe(revisions[2])
  })

  it("keep an author's cache hints where middleware can see them", async () => {
    const hints: unknown[] = []
    const note: Middleware = async (call, next) => {
      const result = await next(call)
      if (call.method === 'resources/read') hints.push(JSON.parse(JSON.stringify(result)))
      return result
    }
    const handler = createMcpHandler(() => {
      const server = use(new McpServer({ name: 's', version: '1' }), note)
      const config = { cacheHint: { ttlMs: 1234, cacheScope: 'public' as const } }
      server.registerResource('r', 'x://1', config, async () => ({ contents: [{ uri: 'x://1', text: 'x' }] }))
      return server
    })
    for (const isModern of [false, true]) {
      const client = await connect(handler, isModern)
      await client.readResource({ uri: 'x://1' })
      await client.close()
    }
    expect(hints).toMatchObject([{ contents: [{}] }, { ttlMs: 1234, cacheScope: 'public' }])
    expect(hints[0]).not.toHaveProperty('ttlMs')
  })
})
