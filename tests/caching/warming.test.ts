import { cached } from '@millrace/cache'
import type { Cached } from '@millrace/cache'
import { invoke, use } from '@millrace/mcp'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

const eras = ['2025-11-25', '2026-07-28'] as const
const authInfo = { token: 't', clientId: 'c', scopes: [] }
const requests = [
  { method: 'tools/list' },
  { method: 'tools/call', params: { name: 'object', arguments: { q: 'a' } } },
  { method: 'tools/call', params: { name: 'list', arguments: { q: 'a' } } },
  { method: 'resources/read', params: { uri: 'x://1' } },
]

/** Servers made for each request over one cache, as where both eras are served. */
const world = () => {
  const cache = cached({ ttlMs: 60_000, lists: 60_000, resources: 60_000 })
  const runs: string[] = []
  const inputSchema = z.object({ q: z.string() })
  const createServer = () => {
    const server = use(new McpServer({ name: 's', version: '1' }), cache)
    const tool = (name: string, outputSchema: z.ZodType, structuredContent: unknown) =>
      server.registerTool(name, { inputSchema, outputSchema, annotations: { readOnlyHint: true } }, async ({ q }) => {
        runs.push(`${name} ${q}`)
        return { content: [], structuredContent }
      })
    tool('object', z.object({ is: z.string() }), { is: 'x' })
    tool('list', z.array(z.string()), ['x'])
    server.registerResource('r', 'x://1', {}, async () => {
      runs.push('x://1')
      return { contents: [{ uri: 'x://1', text: 'x' }] }
    })
    return server
  }
  return { cache, runs, createServer }
}

/** What a real client of an era gets. */
const ask = async (createServer: () => McpServer, era: (typeof eras)[number]) => {
  const handler = createMcpHandler(createServer)
  const client = new Client(
    { name: 'c', version: '1' },
    era === eras[1] ? { versionNegotiation: { mode: 'auto' } } : {},
  )
  const fetch = (url: string | URL, init?: RequestInit) => handler.fetch(new Request(url, init), { authInfo })
  await client.connect(new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), { fetch }))
  const answers = [
    await client.listTools(),
    await client.callTool({ name: 'object', arguments: { q: 'a' } }),
    await client.callTool({ name: 'list', arguments: { q: 'a' } }),
    await client.readResource({ uri: 'x://1' }),
  ]
  await client.close()
  return answers
}

const missesOf = async (cache: Cached) => (await cache.stats()).misses

describe('what was warmed in both eras of SDK v2', () => {
  it.each(eras)('is what a client of %s hits, and the answer it would have had', async (era) => {
    const { cache, runs, createServer } = world()
    const warmed = await cache.warm((request) => invoke(createServer(), request, { authInfo }), requests, {
      protocolVersions: eras,
    })
    expect(warmed).toEqual({ succeeded: 8, failed: 0 })
    const [misses, ran] = [await missesOf(cache), runs.length]
    const answers = await ask(createServer, era)
    expect(await missesOf(cache)).toBe(misses)
    expect(runs).toHaveLength(ran)
    expect(answers).toMatchObject((await ask(world().createServer, era)).map(({ ttlMs: _ttlMs, ...answer }) => answer))
  })

  it('is missed by clients of 2026-07-28 where they were not thought of', async () => {
    const { cache, createServer } = world()
    await cache.warm((request) => invoke(createServer(), request, { authInfo }), requests)
    const misses = await missesOf(cache)
    await ask(createServer, eras[0])
    expect(await missesOf(cache)).toBe(misses)
    await ask(createServer, eras[1])
    expect(await missesOf(cache)).toBeGreaterThan(misses)
  })

  it('needs servers of its own, as the SDK binds a server to one of them', async () => {
    const { cache, createServer } = world()
    const [server, errors] = [createServer(), [] as unknown[]]
    const onError = (error: unknown) => errors.push((error as Error).message)
    const options = { protocolVersions: eras, onError }
    expect(await cache.warm((request) => invoke(server, request), requests.slice(0, 1), options)).toMatchObject({
      failed: 1,
    })
    expect(errors).toEqual([
      'invoke: the server speaks a version before 2026-07-28; a request of 2026-07-28 needs a server of its own, made by SDK v2',
    ])
  })
})
