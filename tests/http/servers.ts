import { cached } from '@millrace/cache'
import { serve } from '@millrace/edge'
import type { ServeOptions, Serving } from '@millrace/edge'
import { use } from '@millrace/mcp'
import type { AnyServer } from '@millrace/mcp'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import * as z from 'zod'

const info = { name: 'fuzzed', version: '1.0.0' }
const echo = ({ q }: { q: string }) => ({ content: [{ type: 'text' as const, text: q }] })
const tell = { description: 'Tells', inputSchema: z.object({ q: z.string() }) }
// One for each line, and the same for every server of it that is made.
const [cacheV1, cacheV2] = [cached({ tools: { echo: 1000 } }), cached({ tools: { echo: 1000 } })]
const idempotent = { ...tell, annotations: { readOnlyHint: true } }

/** Servers of both lines, each with a tool that is cached and one that is not. */
export const servers: ReadonlyArray<{
  readonly name: string
  readonly open: (options: ServeOptions) => Promise<Serving>
}> = [
  {
    name: 'v1',
    open: (options) =>
      serve(() => {
        const server = new McpServerV1(info)
        server.registerTool('echo', { ...idempotent, inputSchema: { q: z.string() } }, echo)
        server.registerTool('tell', { ...tell, inputSchema: { q: z.string() } }, echo)
        return use(server as AnyServer, cacheV1)
      }, options),
  },
  {
    name: 'v2',
    open: (options) =>
      serve(() => {
        const server = new McpServerV2(info)
        server.registerTool('echo', idempotent, echo)
        server.registerTool('tell', tell, echo)
        return use(server as AnyServer, cacheV2)
      }, options),
  },
]
