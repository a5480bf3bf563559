import { setTimeout as delay } from 'node:timers/promises'
import { McpServer } from '@modelcontextprotocol/server'
import { use } from 'millrace'
import type { Middleware, Redis } from 'millrace'
import * as z from 'zod'

/** What one process has done itself. */
export interface Done {
  loads: number
}

/** The server: a report that takes its time, its name, which is kept in Redis, and a call that costs money. */
export function createServer(redis: Redis, namespace: string, chain: readonly Middleware[], done: Done): McpServer {
  const server = use(new McpServer({ name: 'fleet', version: '0.0.0' }), ...chain)
  const names = `${namespace}:names`
  const id = z.number().int().min(0)
  const reads = { readOnlyHint: true, openWorldHint: false }

  server.registerTool(
    'report',
    { description: 'A report, which takes 200 ms to make.', inputSchema: z.object({ id }), annotations: reads },
    async (input) => {
      done.loads += 1
      const name = await redis.run((client) => client.hget(names, String(input.id)))
      await delay(200)
      return text({ id: input.id, name: name ?? `Report ${input.id}`, madeBy: process.pid })
    },
  )

  server.registerTool(
    'rename_report',
    { description: 'Gives a report another name.', inputSchema: z.object({ id, name: z.string() }) },
    async (input) => {
      await redis.run((client) => client.hset(names, String(input.id), input.name))
      return text({ id: input.id, name: input.name })
    },
  )

  server.registerTool('quote', { description: 'Asks somebody who is paid by the call.', annotations: reads }, () =>
    text({ price: 42 }),
  )

  server.registerTool('process', { description: 'What this process has done itself.', annotations: reads }, () =>
    text({ pid: process.pid, loads: done.loads }),
  )
  return server
}

function text(value: object) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(value) }], structuredContent: { ...value } }
}
