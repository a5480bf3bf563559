// An MCP server with two tools on PostgreSQL, in a process of its own. It tells its parent where it serves, and how its
// pool is whenever it is asked; it ends with its parent.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/server'
import { edge } from '@millrace/edge'
import { lifespan } from '@millrace/lifespan'
import { use } from '@millrace/mcp'
import { postgres } from '@millrace/pg'
import type { PostgresOptions } from '@millrace/pg'
import { timeout } from '@millrace/resilience'
import * as z from 'zod'
import { options, timeoutMs } from './plan.ts'

const connection = JSON.parse(process.argv[2] ?? '{}') as PostgresOptions['connection']
const app = lifespan({ db: postgres({ ...options, connection }) }, { signals: false })
const { db } = await app.start()

const inputSchema = z.object({ n: z.int() })
const answer = (rows: ReadonlyArray<{ readonly n?: number }>) => ({
  content: [{ type: 'text' as const, text: String(rows[0]?.n) }],
})

const { handler } = edge(() => {
  const server = use(new McpServer({ name: 'faults', version: '0.0.0' }), app.gate, timeout({ timeoutMs }))
  const description = 'Twice the number, as the database has it'
  server.registerTool('double', { description, inputSchema }, async ({ n }, { mcpReq }) => {
    const text = 'SELECT $1::int * 2 AS n, pg_sleep(0.002)'
    return answer((await db.query<{ n: number }>(text, [n], mcpReq.signal)).rows)
  })
  server.registerTool('keep', { description: 'Keeps the number', inputSchema }, async ({ n }, { mcpReq }) => {
    const text = 'INSERT INTO kept VALUES ($1) RETURNING n'
    return answer((await db.query<{ n: number }>(text, [n], mcpReq.signal)).rows)
  })
  return server
})

const http = createServer(handler).listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp` })
})
process.on('message', () => {
  const { size, busy, waiting } = db.stats()
  process.send?.({ size, busy, waiting })
})
process.on('disconnect', () => process.exit(0))
