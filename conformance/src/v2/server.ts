import { McpServer, type ServerNotifier } from '@modelcontextprotocol/server'
import type { Attach } from '../attachment.ts'
import { type Catalogue, registerChanges } from './changes.ts'
import { registerClientRequests } from './clientRequests.ts'
import { registerPrompts } from './prompts.ts'
import { registerResources } from './resources.ts'
import { registerRounds, stateCodec } from './rounds.ts'
import { registerTools } from './tools.ts'

/** A server of SDK v2 with everything that the suites ask for in both eras. */
export function createServer(attach: Attach, catalogue: Catalogue, notifier: () => ServerNotifier): McpServer {
  const server = new McpServer(
    { name: 'millrace-conformance-v2', version: '1.0.0' },
    {
      capabilities: { logging: {}, resources: { subscribe: true } },
      requestState: { verify: stateCodec.verify },
    },
  )
  registerTools(server)
  // Half-way, because what was registered before and what comes after both have to pass through the middleware.
  attach(server)
  registerClientRequests(server)
  registerRounds(server)
  registerChanges(server, catalogue, notifier)
  registerResources(server)
  registerPrompts(server)
  return server
}
