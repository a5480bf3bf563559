import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { BenchServer, Line } from './line.ts'
import { wire } from './wire.ts'

const nothing = () => Promise.resolve()
const never = new AbortController().signal
let requests = 0

export const line: Line = {
  name: 'v1',
  mcpServer: (options) => new McpServer({ name: 'bench', version: '1.0.0' }, options) as unknown as BenchServer,
  context: (signal = never) => ({
    signal,
    sessionId: undefined,
    _meta: undefined,
    sendNotification: nothing,
    sendRequest: nothing,
    authInfo: undefined,
    requestId: (requests += 1),
    requestInfo: undefined,
    taskId: undefined,
    taskStore: undefined,
    taskRequestedTtl: undefined,
    closeSSEStream: undefined,
    closeStandaloneSSEStream: undefined,
  }),
  connect: async (server) => {
    const [near, far] = InMemoryTransport.createLinkedPair()
    await (server as unknown as McpServer).connect(far)
    return wire(near)
  },
}
