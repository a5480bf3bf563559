import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { Attach } from '../attachment.ts'
import type { Endpoint } from '../endpoint.ts'
import { events } from '../events.ts'
import { createServer } from './server.ts'

const localHostnames = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Serves SDK v1 with sessions: one server and one transport for each client that initializes. */
export function v1Endpoint(attach: Attach): Endpoint {
  const sessions = new Map<string, StreamableHTTPServerTransport>()

  return {
    async handle(request, response) {
      if (!isLocal(request)) return refuse(response, 403, 'Only local clients are served')
      const id = request.headers['mcp-session-id']
      if (id === undefined && request.method === 'POST') return open(request, response)
      if (id === undefined) return refuse(response, 400, 'Mcp-Session-Id is missing')
      const session = sessions.get(String(id))
      if (session === undefined) return refuse(response, 404, 'Session not found')
      await session.handleRequest(request, response)
    },

    async close() {
      await Promise.all([...sessions.values()].map((session) => session.close()))
    },
  }

  async function open(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      eventStore: events<JSONRPCMessage>(),
      retryInterval: 100,
    })
    const server = createServer(attach)
    server.server.onclose = () => void sessions.delete(transport.sessionId ?? '')
    await server.connect(transport)
    await transport.handleRequest(request, response)
    // The transport has refused whatever was not `initialize`; nobody can come back to it.
    if (transport.sessionId === undefined) await server.close()
  }
}

/** Whether a page of another site, rebound to this host by DNS, can not have sent this. */
function isLocal({ headers }: IncomingMessage): boolean {
  return isLocalUrl(`http://${headers.host}`) && (headers.origin === undefined || isLocalUrl(headers.origin))
}

function isLocalUrl(url: string): boolean {
  return URL.canParse(url) && localHostnames.has(new URL(url).hostname)
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }))
}
