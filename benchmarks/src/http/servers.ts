import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { cached } from '@millrace/cache'
import { edge } from '@millrace/edge'
import { use } from '@millrace/mcp'
import { lineOf } from '../sdk/lines.ts'
import { registerTools, text } from '../sdk/tools.ts'

/** The servers that are compared. */
export type ServerName = `${'v1' | 'v2'} ${'edge' | 'edge, cached' | 'bare'}` | 'raw'

/** What makes the handler of a server, by its name. */
export const servers: Readonly<Record<ServerName, () => Promise<RequestListener>>> = {
  raw: async () => raw,
  'v1 edge': () => withEdge('v1', false),
  'v1 edge, cached': () => withEdge('v1', true),
  'v1 bare': () => bareV1(),
  'v2 edge': () => withEdge('v2', false),
  'v2 edge, cached': () => withEdge('v2', true),
  'v2 bare': () => bareV2(),
}

export const isServerName = (name: string): name is ServerName => Object.hasOwn(servers, name)

const tools = 50
const ttlMs = 3_600_000

/** The least that an answer in JSON costs: the body parsed, an answer of the same shape written. */
const raw = (request: IncomingMessage, response: ServerResponse): void => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { id } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly id: number }
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
}

const withEdge = async (name: 'v1' | 'v2', isCached: boolean): Promise<RequestListener> => {
  const line = await lineOf(name)
  const { handler } = edge(() => {
    const server = line.mcpServer()
    if (isCached) use(server, cached({ tools: { search: ttlMs }, lists: ttlMs }))
    registerTools(server, tools)
    return server
  })
  return handler
}

/** A server and a transport for each request, as the documentation of SDK v1 has it for servers without sessions. */
const bareV1 = async (): Promise<RequestListener> => {
  const line = await lineOf('v1')
  const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js')
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const server = line.mcpServer() as never as { connect(transport: unknown): Promise<void>; close(): Promise<void> }
    registerTools(server as never, tools)
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    response.on('close', () => void server.close())
    await server.connect(transport)
    await transport.handleRequest(request, response)
  }
  return (request, response) => void answer(request, response)
}

const bareV2 = async (): Promise<RequestListener> => {
  const line = await lineOf('v2')
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  const { toNodeHandler } = await import('@modelcontextprotocol/node')
  const handler = createMcpHandler(() => {
    const server = line.mcpServer()
    registerTools(server, tools)
    return server as never
  })
  return toNodeHandler(handler) as never
}
