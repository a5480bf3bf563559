import { serve } from '@millrace/edge'
import { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

// In place of the port of the page.
await serve(
  () => {
    const server = new McpServer({ name: 'demo', version: '1.0.0' })
    const config = { inputSchema: z.object({ text: z.string() }), annotations: { readOnlyHint: true } }
    server.registerTool('search', config, async ({ text }) => ({ content: [{ type: 'text', text }] }))
    return server
  },
  { port: Number(process.env['PAGE_PORT']) },
)
