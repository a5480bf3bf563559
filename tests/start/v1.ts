// A server over stdin and stdout, as an author of SDK v1 writes it.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { cached, use } from 'millrace'
import * as z from 'zod'

const server = use(new McpServer({ name: 'start', version: '1.0.0' }), cached({ tools: { time: 60_000 } }))
server.registerTool('time', { inputSchema: { zone: z.string() } }, ({ zone }) => ({
  content: [{ type: 'text', text: `${zone} ${performance.now()}` }],
}))
await server.connect(new StdioServerTransport())
