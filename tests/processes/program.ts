// A program of a user, as docs/edge.md shows one, for tests that need real processes: it says where its operators ask.
import { breaker, cached, lifespan, metrics, ops, resource, serve, use } from 'millrace'
import { McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

const workers = Number(process.argv[2])
const token = process.env['OPS_TOKEN']

const numbers = metrics()
const guard = breaker({ name: 'guard' })
const cache = cached({ ttlMs: 60_000, tools: { echo: {} } })
numbers.watch({ breaker: { guard }, cache })
const db = resource({ start: () => 'connected', check: () => ({ status: 'healthy' }) })
const app = lifespan({ db })

const createServer = (): McpServer => {
  const server = use(new McpServer({ name: 'program', version: '1.0.0' }), numbers, app.gate, cache, guard)
  const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: String(value) }] })
  server.registerTool('pid', { inputSchema: z.object({}) }, () => text(process.pid))
  server.registerTool('echo', { inputSchema: z.object({ q: z.string() }) }, ({ q }) => text(q))
  server.registerTool('slow', { inputSchema: z.object({ ms: z.number() }) }, async ({ ms }) => {
    await new Promise((resolve) => setTimeout(resolve, ms))
    return text(process.pid)
  })
  server.registerTool('loop', { inputSchema: z.object({ ms: z.number() }) }, ({ ms }) => {
    for (const until = Date.now() + ms; Date.now() < until;);
    return text(process.pid)
  })
  return server
}

const seen = ops({
  port: 0,
  metrics: numbers,
  lifespan: app,
  workerMs: 500,
  dashboard: { breaker: guard, intervalMs: 100, historyMs: 60_000 },
  ...(token === undefined ? {} : { token }),
})
const { url } = await seen.start()
const serving = await serve(createServer, { port: 0, workers, lifespan: app, drainMs: 2_000 })
process.stdout.write(`${JSON.stringify({ mcp: serving.url.href, ops: url.href, pid: process.pid })}\n`)
