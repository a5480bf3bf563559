import { randomUUID } from 'node:crypto'
import {
  type JSONRPCMessage,
  type McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { events } from '../events.ts'

/** Serves the 2025 eras with sessions: one server and one transport for each client that initializes. */
export function sessions(createServer: () => McpServer): Sessions {
  const open = new Map<string, WebStandardStreamableHTTPServerTransport>()

  return {
    async fetch(request) {
      const id = request.headers.get('mcp-session-id')
      if (id === null && request.method === 'POST') return start(request)
      if (id === null) return refusal(400, 'Mcp-Session-Id is missing')
      return open.get(id)?.handleRequest(request) ?? refusal(404, 'Session not found')
    },

    async close() {
      await Promise.all([...open.values()].map((transport) => transport.close()))
    },
  }

  async function start(request: Request): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void open.set(id, transport),
      eventStore: events<JSONRPCMessage>(),
      retryInterval: 100,
    })
    const server = createServer()
    server.server.onclose = () => void open.delete(transport.sessionId ?? '')
    await server.connect(transport)
    const response = await transport.handleRequest(request)
    // The transport has refused whatever was not `initialize`; nobody can come back to it.
    if (transport.sessionId === undefined) await server.close()
    return response
  }
}

interface Sessions {
  fetch(request: Request): Promise<Response>
  close(): Promise<void>
}

function refusal(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }, { status })
}
