// Compiled against the packed declarations, never run.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Middleware } from 'millrace'
import { breaker, cached, fallback, hedge, limitResult, retry, timeout, use, wrap } from 'millrace'
import * as z from 'zod'

const pass: Middleware = (call, next) => next(call)
const server: McpServer = use(new McpServer({ name: 'types', version: '1.0.0' }), pass, cached({ ttlMs: 1000 }))

server.registerTool(
  'search',
  { inputSchema: { city: z.string() } },
  wrap(pass)(async ({ city }, extra) => ({ content: [{ type: 'text', text: city.trim() + extra.requestId }] })),
)

use(server, fallback({ content: [] }), timeout(), limitResult(), hedge(), retry({ attempts: 2 }), breaker())

// @ts-expect-error not a server
use({}, pass)
// @ts-expect-error not middleware
use(server, 'pass')
// @ts-expect-error a duration is a number
timeout({ timeoutMs: '1000' })
// @ts-expect-error a duration is a number
cached({ ttlMs: '1000' })
const ofTown = wrap(pass)(async ({ town }: { town: string }) => ({ content: [{ type: 'text' as const, text: town }] }))
const inputSchema = { city: z.string() }
// @ts-expect-error the schema has no such argument
server.registerTool('bad', { inputSchema }, ofTown)
