// A server over stdin and stdout, as an author of SDK v2 writes it.
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { cached, use } from 'millrace'
import * as z from 'zod'

const cache = cached({ tools: { time: 60_000 } })

serveStdio(() => {
  const server = use(new McpServer({ name: 'start', version: '1.0.0' }), cache)
  server.registerTool('time', { inputSchema: z.object({ zone: z.string() }) }, ({ zone }) => ({
    content: [{ type: 'text', text: `${zone} ${performance.now()}` }],
  }))
  return server
})
