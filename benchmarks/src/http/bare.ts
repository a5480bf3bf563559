import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { BenchServer } from '../sdk/line.ts'
import { lineOf } from '../sdk/lines.ts'

/** A server and a transport for each request, as the documentation of SDK v1 has it for servers without sessions. */
export const bareV1 = async (register: (server: BenchServer) => void): Promise<RequestListener> => {
  const line = await lineOf('v1')
  const { StreamableHTTPServerTransport } = await import('@modelcontextprotocol/sdk/server/streamableHttp.js')
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const server = line.mcpServer() as never as { connect(transport: unknown): Promise<void>; close(): Promise<void> }
    register(server as never)
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    response.on('close', () => void server.close())
    await server.connect(transport)
    await transport.handleRequest(request, response)
  }
  return (request, response) => void answer(request, response)
}

/** SDK v2's own handler, which makes a server for each request. */
export const bareV2 = async (register: (server: BenchServer) => void): Promise<RequestListener> => {
  const line = await lineOf('v2')
  const { createMcpHandler } = await import('@modelcontextprotocol/server')
  const { toNodeHandler } = await import('@modelcontextprotocol/node')
  const handler = createMcpHandler(() => {
    const server = line.mcpServer()
    register(server)
    return server as never
  })
  return toNodeHandler(handler) as never
}
