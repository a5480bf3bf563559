import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod'

serveStdio(() => {
  const server = new McpServer({ name: 'demo', version: '1.0.0' })
  const config = { inputSchema: z.object({ text: z.string() }), annotations: { readOnlyHint: true } }
  server.registerTool('search', config, async ({ text }) => ({ content: [{ type: 'text', text }] }))
  return server
})
