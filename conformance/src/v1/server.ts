import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Attach } from '../attachment.ts'
import { registerClientRequests } from './clientRequests.ts'
import { registerPrompts } from './prompts.ts'
import { registerResources } from './resources.ts'
import { registerTools } from './tools.ts'

/** A server of SDK v1 with everything that the suites ask for in the 2025 eras. */
export function createServer(attach: Attach): McpServer {
  const server = new McpServer(
    { name: 'millrace-conformance-v1', version: '1.0.0' },
    { capabilities: { logging: {}, resources: { subscribe: true } } },
  )
  registerTools(server)
  // Half-way, because what was registered before and what comes after both have to pass through the middleware.
  attach(server)
  registerClientRequests(server)
  registerResources(server)
  registerPrompts(server)
  return server
}
