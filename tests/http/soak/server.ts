// A server in a process of its own, which tells its parent how it is: `server.ts v1`.
import { cached } from '@millrace/cache'
import { serve } from '@millrace/edge'
import { use } from '@millrace/mcp'
import type { AnyServer } from '@millrace/mcp'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import * as z from 'zod'
import type { Look } from './look.ts'

const cache = cached({ tools: { echo: 1000 } })
const info = { name: 'soaked', version: '1.0.0' }
const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const big = 'x'.repeat(300_000)

interface Context {
  readonly sendNotification?: (notification: object) => Promise<void>
  readonly mcpReq?: { readonly notify: (notification: object) => Promise<void> }
}

const fill = (server: AnyServer): AnyServer => {
  const { registerTool } = server as unknown as {
    registerTool(name: string, config: object, run: (input: { q: string }, context: Context) => unknown): void
  }
  const register: typeof registerTool = (name, config, run) => registerTool.call(server, name, config, run)
  const inputSchema = z.object({ q: z.string() })
  register('echo', { inputSchema }, ({ q }) => text(q))
  register('big', { inputSchema }, () => text(big))
  register('wait', { inputSchema }, ({ q }) => wait(200).then(() => text(q)))
  register('tell', { inputSchema }, async ({ q }, { mcpReq, sendNotification }) => {
    const notify = mcpReq?.notify ?? sendNotification
    for (let progress = 1; progress <= 3; progress += 1) {
      await notify?.({ method: 'notifications/progress', params: { progressToken: 1, progress } })
      await wait(10)
    }
    return text(q)
  })
  return server
}

const isV1 = process.argv[2] === 'v1'
const create = () => use(fill((isV1 ? new McpServerV1(info) : new McpServerV2(info)) as AnyServer), cache)
const serving = await serve(create, { port: 0, signals: false, sessions: { idleMs: 3000 } })

const look = async (): Promise<Look> => {
  // Twice, as what has a finaliser goes only the second time.
  globalThis.gc?.()
  await wait(10)
  globalThis.gc?.()
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
  const { active, sessions } = await serving.stats()
  return { heapBytes: process.memoryUsage().heapUsed, sockets, active, sessions }
}

process.on('message', () => void look().then((seen) => process.send?.(seen)))
process.send?.(serving.url.href)
