import { createServer } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from 'mcp-handler'
import { listen } from './measured.mjs'
import { answer, description, name, schema } from './tool.mjs'

const handler = createMcpHandler((server) => {
  server.registerTool(name, { description, inputSchema: schema }, answer)
})
const handle = toNodeHandler({ fetch: handler })
listen(createServer((request, response) => void handle(request, response)))
