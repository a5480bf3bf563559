// An MCP server in a process of its own, which leans on something that a call may only use while it is open. Its line of
// the SDK is told; where it serves is printed.
import { setTimeout as sleep } from 'node:timers/promises'
import { McpServer as V1Server } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer } from '@modelcontextprotocol/server'
import { serve } from '@millrace/edge'
import { lifespan } from '@millrace/lifespan'
import { use } from '@millrace/mcp'
import { timeout } from '@millrace/resilience'
import * as z from 'zod'

const opened = {
  start: async () => ({ isOpen: true }),
  close: async (it: { isOpen: boolean }) => void (it.isOpen = false),
}
const app = lifespan({ opened })

const slow = async ({ n }: { readonly n: number }) => {
  await sleep(5 + (n % 60))
  if (!app.resources.opened.isOpen) throw new Error('it was closed under a call')
  return { content: [{ type: 'text' as const, text: `${n}` }] }
}
const about = { name: 'sigterm', version: '0.0.0' }
const config = { inputSchema: { n: z.number() } }
const layers = [app.gate, timeout({ timeoutMs: 5_000 })]
const lines = {
  v1: () => {
    const server = use(new V1Server(about), ...layers)
    server.registerTool('slow', config, slow)
    return server
  },
  v2: () => {
    const server = use(new McpServer(about), ...layers)
    server.registerTool('slow', { inputSchema: z.object(config.inputSchema) }, slow)
    return server
  },
}

const { url } = await serve(lines[process.argv[2] as keyof typeof lines], { port: 0, lifespan: app })
process.stdout.write(`${url.href}\n`)
