import { Client, InMemoryTransport } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { withCall } from '@millrace/core'
import type { Call, Middleware } from '@millrace/core'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { use } from './use.ts'
import { wrap } from './wrap.ts'

const closing: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A client of a server of its own, and the log lines it gets. */
const connect = async (middleware: Middleware, isWrapped: boolean, level?: 'info' | 'error') => {
  const server = new McpServer({ name: 's', version: '1' }, { capabilities: { logging: {} } })
  if (!isWrapped) use(server, middleware)
  const around = isWrapped ? wrap(middleware) : wrap()
  server.registerTool(
    'tool',
    { inputSchema: z.object({}) },
    around(async (_args, ctx) => {
      await ctx.mcpReq.log('info', 'working', 'tool')
      await ctx.mcpReq.log('error', 'trouble')
      return { content: [] }
    }),
  )
  const heard: unknown[] = []
  const client = new Client({ name: 'c', version: '1' })
  client.setNotificationHandler('notifications/message', ({ params }) => void heard.push(params.data))
  const [near, far] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(far), client.connect(near)])
  closing.push(() => client.close())
  if (level !== undefined) await client.setLoggingLevel(level)
  return { heard, call: () => client.callTool({ name: 'tool', arguments: {} }) }
}

describe.each([
  ['use', false],
  ['wrap', true],
] as const)('a log line of a tool on SDK v2, with %s', (_door, isWrapped) => {
  it('reaches the caller for whom the work goes on, and only with the level that this one asked for', async () => {
    const calls: Call[] = []
    // As a cache does whose first caller has left: the work of one call is heard by another.
    const handOver: Middleware = async (call, next) => {
      calls.push(call)
      if (calls.length === 1) return { content: [] }
      const [first] = calls as [Call]
      return next(withCall(first, { notify: (notification) => call.notify(notification) }))
    }
    const [first, second] = [await connect(handOver, isWrapped), await connect(handOver, isWrapped, 'error')]
    await first.call()
    await second.call()
    expect([first.heard, second.heard]).toEqual([[], ['trouble']])
  })

  it('of an attempt that nobody listens to any more reaches nobody', async () => {
    const hedged: Middleware = async (call, next) => {
      await next(withCall(call, { notify: () => Promise.resolve() }))
      return next(withCall(call, {}))
    }
    const { heard, call } = await connect(hedged, isWrapped)
    await call()
    expect(heard).toEqual(['working', 'trouble'])
  })
})
