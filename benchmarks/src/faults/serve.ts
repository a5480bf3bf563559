import { subscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { McpServer } from '@modelcontextprotocol/server'
import type { Middleware } from '@millrace/core'
import { edge } from '@millrace/edge'
import { use } from '@millrace/mcp'
import * as z from 'zod'
import type { State } from './serving.ts'

/** What a server under test does. Both answer with a number. */
export interface Tools {
  /** Twice the number, as what it leans on has it. */
  double(n: number, signal: AbortSignal): Promise<unknown>
  /** Keeps the number. @returns it, as it is kept */
  keep(n: number, signal: AbortSignal): Promise<unknown>
}

const open = new Set<Socket>()
// What Node says of itself, whatever a pool believes that it has.
subscribe('net.client.socket', (message) => {
  const { socket } = message as { readonly socket: Socket }
  open.add(socket)
  socket.once('close', () => open.delete(socket))
})

/**
 * An MCP server with two tools, in the process of its own that this is. It tells its parent where it serves, and how it
 * is whenever it is asked; it ends with its parent.
 *
 * @param busy how many calls use a connection or wait for one
 */
export const serve = (tools: Tools, layers: readonly Middleware[], busy: () => number): void => {
  const inputSchema = z.object({ n: z.int() })
  const annotations = { readOnlyHint: true }
  const { handler } = edge(() => {
    const server = use(new McpServer({ name: 'faults', version: '0.0.0' }), ...layers)
    const double = { description: 'Twice the number', inputSchema, annotations }
    server.registerTool('double', double, async ({ n }, { mcpReq }) => answer(await tools.double(n, mcpReq.signal)))
    const keep = { description: 'Keeps the number', inputSchema }
    server.registerTool('keep', keep, async ({ n }, { mcpReq }) => answer(await tools.keep(n, mcpReq.signal)))
    return server
  })
  const http = createServer(handler).listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp` })
  })
  process.on('message', () => {
    globalThis.gc?.()
    const { heapUsed, external } = process.memoryUsage()
    process.send?.({ connections: open.size, busy: busy(), heapBytes: heapUsed + external } satisfies State)
  })
  process.on('disconnect', () => process.exit(0))
}

/** What the parent of this process has told it. */
export const given = (): unknown => JSON.parse(process.argv[2] ?? '{}')

const answer = (n: unknown) => ({ content: [{ type: 'text' as const, text: String(n) }] })
