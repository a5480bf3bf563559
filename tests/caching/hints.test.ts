import { cached } from '@millrace/cache'
import { use } from '@millrace/mcp'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'

/** Servers of both eras over one cache, and a client that counts what it sends. */
const world = async (hints: boolean) => {
  const cache = cached({ lists: { ttlMs: 60_000, hints }, resources: { ttlMs: 60_000, hints } })
  const handler = createMcpHandler(() => {
    const server = use(new McpServer({ name: 's', version: '1' }), cache)
    server.registerTool('tool', {}, async () => ({ content: [] }))
    server.registerResource('r', 'x://1', {}, async () => ({ contents: [{ uri: 'x://1', text: 'x' }] }))
    return server
  })
  const sent: string[] = []
  const fetch = async (url: string | URL, init?: RequestInit) => {
    const request = new Request(url, init)
    if (request.method === 'POST') sent.push(((await request.clone().json()) as { method: string }).method)
    return handler.fetch(request)
  }
  const client = new Client({ name: 'c', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch }))
  return { client, sent: (method: string) => sent.filter((one) => one === method).length }
}

describe('a client of SDK v2', () => {
  it('stops asking for what the cache says it may keep', async () => {
    const { client, sent } = await world(true)
    const lists = [await client.listTools(), await client.listTools(), await client.listTools()]
    expect(lists.map(({ tools }) => tools.map(({ name }) => name))).toEqual([['tool'], ['tool'], ['tool']])
    for (let n = 0; n < 3; n += 1) await client.readResource({ uri: 'x://1' })
    expect([sent('tools/list'), sent('resources/read')]).toEqual([1, 1])
    await client.close()
  })

  it('asks each time where the cache says nothing', async () => {
    const { client, sent } = await world(false)
    for (let n = 0; n < 3; n += 1) await client.listTools()
    for (let n = 0; n < 3; n += 1) await client.readResource({ uri: 'x://1' })
    expect([sent('tools/list'), sent('resources/read')]).toEqual([3, 3])
    await client.close()
  })
})
