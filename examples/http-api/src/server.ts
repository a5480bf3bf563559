import { McpServer } from '@modelcontextprotocol/server'
import { use } from 'millrace'
import type { HttpPool, Middleware } from 'millrace'
import * as z from 'zod'

/** The server: a product, an order of one, and how the pool is. */
export function createServer(http: HttpPool, api: string, chain: readonly Middleware[]): McpServer {
  const server = use(new McpServer({ name: 'http-api', version: '0.0.0' }), ...chain)
  const inputSchema = z.object({ id: z.number().int().min(1).max(100_000) })
  const reads = { readOnlyHint: true, openWorldHint: false }

  server.registerTool(
    'product',
    { description: 'A product and how many are left.', inputSchema, annotations: reads },
    async ({ id }, { mcpReq }) => text(await http.json<object>(`${api}/products/${id}`, mcpReq.signal)),
  )

  server.registerTool('order', { description: 'Orders one of a product.', inputSchema }, async ({ id }, { mcpReq }) =>
    text(await http.json<object>(`${api}/orders/${id}`, { method: 'POST', signal: mcpReq.signal })),
  )

  server.registerTool('pool', { description: 'How the connections to the API are.', annotations: reads }, () => {
    const { connections, active, waiting, requests, failed } = http.stats()
    return text({ connections, active, waiting, requests, failed })
  })
  return server
}

function text(value: object) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value) }], structuredContent: { ...value } }
}
