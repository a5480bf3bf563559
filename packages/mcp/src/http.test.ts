import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import type { Call, Middleware } from '@millrace/core'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { paginate } from './paginate.ts'
import { use } from './use.ts'

/** The two protocol eras that one `createMcpHandler` serves, as a client asks for them. */
const eras = [
  { era: '2025 (stateless)', versionNegotiation: undefined, isModern: false },
  { era: '2026-07-28', versionNegotiation: { mode: 'auto' }, isModern: true },
] as const

const inputSchema = z.object({ q: z.string() })
const closing: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const connect = async (
  handler: ReturnType<typeof createMcpHandler>,
  options: (typeof eras)[number],
  authInfo?: object,
): Promise<Client> => {
  const { versionNegotiation } = options
  const client = new Client({ name: 'c', version: '1' }, versionNegotiation === undefined ? {} : { versionNegotiation })
  const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
    fetch: (url, init) => handler.fetch(new Request(url, init), { authInfo } as never),
  })
  await client.connect(transport)
  closing.push(() => client.close())
  return client
}

describe.each(eras)('a server made for every request, era $era', (options) => {
  it('runs the chain once for each call, with state in the values', async () => {
    const calls: Call[] = []
    const count: Middleware = (call, next) => {
      calls.push(call)
      return next(call)
    }
    const handler = createMcpHandler(() => {
      const server = use(new McpServer({ name: 's', version: '1' }), count)
      server.registerTool('echo', { inputSchema }, async ({ q }) => ({ content: [{ type: 'text', text: q }] }))
      return server
    })
    const client = await connect(handler, options)
    for (const q of ['a', 'b']) {
      const { content } = await client.callTool({ name: 'echo', arguments: { q } })
      expect(content).toEqual([{ type: 'text', text: q }])
    }
    const seen = calls.filter((call) => call.method === 'tools/call')
    expect(seen.map((call) => call.input)).toEqual([{ q: 'a' }, { q: 'b' }])
    expect(seen.map((call) => call.acceptsHints)).toEqual([options.isModern, options.isModern])
  })

  it('knows each caller by its own authentication, however the calls overlap', async () => {
    const handler = createMcpHandler(() => {
      const server = use(new McpServer({ name: 's', version: '1' }), async (call, next) => {
        const result = await next(call)
        return { ...result, _meta: { principal: call.principal } }
      })
      server.registerTool('echo', { inputSchema }, async ({ q }) => {
        await new Promise((resolve) => setImmediate(resolve))
        return { content: [{ type: 'text', text: q }] }
      })
      return server
    })
    const users = ['ann', 'bob', 'cyd'].map((sub) => ({
      token: `token of ${sub}`,
      clientId: 'shared',
      scopes: [],
      extra: { iss: 'https://issuer', sub },
    }))
    const clients = await Promise.all(users.map((user) => connect(handler, options, user)))
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const client = clients[index % 3] as Client
        const { _meta, content } = await client.callTool({ name: 'echo', arguments: { q: String(index) } })
        return [_meta?.['principal'], (content as Array<{ text: string }>)[0]?.text]
      }),
    )
    const expected = Array.from({ length: 30 }, (_, index) => [
      JSON.stringify(['https://issuer', users[index % 3]?.extra.sub]),
      String(index),
    ])
    expect(answers).toEqual(expected)
  })

  it('brings five thousand tools in pages', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `tool_${index}`)
    const listed = names.map((name) => ({ name, inputSchema: { type: 'object' as const } }))
    const handler = createMcpHandler(() => {
      const own = use(new McpServer({ name: 's', version: '1' }), paginate({ pageSize: 1000 }))
      own.server.registerCapabilities({ tools: {} })
      own.server.setRequestHandler('tools/list', () => ({ tools: listed }))
      return own
    })
    const client = await connect(handler, options)
    const seen: string[] = []
    const pages: number[] = []
    let cursor: string | undefined
    do {
      const page = await client.request({ method: 'tools/list', params: cursor === undefined ? {} : { cursor } })
      pages.push(page.tools.length)
      seen.push(...page.tools.map(({ name }) => name))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(names)
    expect(pages).toEqual([1000, 1000, 1000, 1000, 1000])
    await expect(client.request({ method: 'tools/list', params: { cursor: 'nonsense' } })).rejects.toMatchObject({
      code: -32602,
    })
  })
})
