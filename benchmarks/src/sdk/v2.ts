import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server'
import type { BenchServer, Line } from './line.ts'
import { wire } from './wire.ts'

const nothing = () => Promise.resolve()
const noState = () => undefined
const never = new AbortController().signal
let requests = 0

export const line: Line = {
  name: 'v2',
  mcpServer: (options) => new McpServer({ name: 'bench', version: '1.0.0' }, options) as unknown as BenchServer,
  context: (signal = never) => ({
    sessionId: undefined,
    mcpReq: {
      id: (requests += 1),
      method: 'tools/call',
      _meta: undefined,
      requestState: noState,
      signal,
      send: nothing,
      notify: nothing,
      log: nothing,
      elicitInput: nothing,
      requestSampling: nothing,
    },
    http: undefined,
  }),
  connect: async (server) => {
    const [near, far] = InMemoryTransport.createLinkedPair()
    await (server as unknown as McpServer).connect(far)
    return wire(near)
  },
}
