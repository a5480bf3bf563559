import { McpServer } from '@modelcontextprotocol/server'
import { cached, rateLimit, use } from 'millrace'
import * as z from 'zod'

// Outside the function: the same values for every server that is made.
const limit = rateLimit({ calls: 100, perMs: 1000 })
const cache = cached({ tools: { price: 60_000 } })

/** A server of a shop: what a product costs, and who asks. */
export const createServer = (): McpServer => {
  const server = use(new McpServer({ name: 'shop', version: '1.0.0' }), limit, cache)
  server.registerTool(
    'price',
    { description: 'What a product costs', inputSchema: z.object({ product: z.string() }) },
    async ({ product }) => ({ content: [{ type: 'text', text: `${product} costs ${product.length} euros` }] }),
  )
  server.registerTool('whoami', { description: 'Who calls' }, (context) => ({
    content: [{ type: 'text', text: context.http?.authInfo?.extra?.['sub'] as string }],
  }))
  return server
}
