import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { held, manualClock } from '@millrace/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { cached, memoryStore, subscribe, use } from './index.ts'
import type { Middleware, Result } from './index.ts'

type Run = (args: { readonly a?: unknown; readonly b?: unknown }) => Promise<Result>
type CallTool = (
  args: object,
  extra?: { readonly _meta?: { readonly [key: string]: unknown }; readonly onprogress?: () => void },
) => Promise<Result>

const closing: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const config = {
  inputSchema: z.object({ a: z.number().optional(), b: z.number().optional() }),
  annotations: { readOnlyHint: true },
}

/** A server with one tool behind a real client, on each line. */
const lines: ReadonlyArray<{
  readonly line: string
  connect(run: Run, ...middleware: Middleware[]): Promise<CallTool>
}> = [
  {
    line: 'v1',
    connect: async (run, ...middleware) => {
      const server = use(new McpServerV1({ name: 's', version: '1' }), ...middleware)
      server.registerTool('tool', config, (args) => run(args) as never)
      const [near, far] = InMemoryTransport.createLinkedPair()
      const client = new ClientV1({ name: 'c', version: '1' })
      await Promise.all([server.connect(far), client.connect(near)])
      closing.push(() => client.close())
      return (args, { _meta, onprogress } = {}) =>
        client.callTool({ name: 'tool', arguments: { ...args }, ...(_meta && { _meta }) }, undefined, {
          ...(onprogress && { onprogress }),
        })
    },
  },
  ...(['2025', '2026-07-28'] as const).map((era) => ({
    line: `v2, ${era}`,
    connect: async (run: Run, ...middleware: Middleware[]): Promise<CallTool> => {
      const handler = createMcpHandler(() => {
        const server = use(new McpServer({ name: 's', version: '1' }), ...middleware)
        server.registerTool('tool', config, (args) => run(args) as never)
        return server
      })
      const client = new Client(
        { name: 'c', version: '1' },
        era === '2025' ? {} : { versionNegotiation: { mode: 'auto' } },
      )
      const transport = new StreamableHTTPClientTransport(new URL('http://127.0.0.1/mcp'), {
        fetch: (url, init) => handler.fetch(new Request(url, init)),
      })
      await client.connect(transport)
      closing.push(() => client.close())
      return (args, { _meta, onprogress } = {}) =>
        client.callTool(
          { name: 'tool', arguments: { ...args }, ...(_meta && { _meta }) },
          {
            ...(onprogress && { onprogress }),
          },
        )
    },
  })),
]

const counted = () => {
  const seen: unknown[] = []
  const run: Run = async (args) => {
    seen.push(args)
    return { content: [{ type: 'text', text: `run ${seen.length}` }] }
  }
  return { seen, run }
}

describe.each(lines)('over a real client, $line', ({ connect }) => {
  it('the same call hits when the second has a progress callback', async () => {
    const { seen, run } = counted()
    const call = await connect(run, cached({ ttlMs: 60_000 }))
    await call({ a: 1 })
    expect(await call({ a: 1 }, { onprogress: () => {} })).toMatchObject({ content: [{ text: 'run 1' }] })
    expect(seen).toHaveLength(1)
  })

  it('the same call hits whatever trace it belongs to', async () => {
    const { seen, run } = counted()
    const call = await connect(run, cached({ ttlMs: 60_000 }))
    for (const digit of '12') {
      await call({ a: 1 }, { _meta: { traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01` } })
    }
    expect(seen).toHaveLength(1)
  })

  it('twenty identical calls at once run the handler once', async () => {
    const handler = held()
    let runs = 0
    const call = await connect(
      async () => {
        runs += 1
        return handler.next(undefined as never)
      },
      cached({ ttlMs: 60_000 }),
    )
    let joined = 0
    const allJoined = new Promise<void>((resolve) => {
      closing.push(async () => stop())
      const stop = subscribe('cache', (event) => {
        if (event.type === 'cache.miss' && event.isShared) joined += 1
        if (joined === 19) resolve()
      })
    })
    const answers = Array.from({ length: 20 }, () => call({ a: 1 }))
    await Promise.all([allJoined, handler.arrived(1)])
    handler.calls[0]?.resolve({ content: [{ type: 'text', text: 'once' }] })
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ content: [{ text: 'once' }] })
    expect(runs).toBe(1)
  })

  it('the order of arguments does not matter', async () => {
    const { seen, run } = counted()
    const call = await connect(run, cached({ ttlMs: 60_000 }))
    await call({ a: 1, b: 2 })
    await call({ b: 2, a: 1 })
    expect(seen).toHaveLength(1)
  })

  it.each(['outside', 'inside'])(
    'an isError result is never stored, with another middleware %s the cache',
    async (place) => {
      let runs = 0
      const run: Run = async () => {
        runs += 1
        return { content: [{ type: 'text', text: `failure ${runs}` }], isError: true }
      }
      const other: Middleware = async (call, next) => ({ ...(await next(call)) })
      const cache = cached({ ttlMs: 60_000 })
      const call = await connect(run, ...(place === 'outside' ? [other, cache] : [cache, other]))
      await call({ a: 1 })
      expect(await call({ a: 1 })).toMatchObject({ content: [{ text: 'failure 2' }], isError: true })
    },
  )

  it('an expired entry is freed, asked for again or not', async () => {
    const clock = manualClock(1_000_000)
    const store = memoryStore({ clock })
    const { run } = counted()
    const call = await connect(run, cached({ ttlMs: 1000, store, clock }))
    for (let a = 0; a < 50; a += 1) await call({ a })
    expect(await store.stats()).toMatchObject({ entries: 50 })
    clock.advance(120_000)
    expect(await store.stats()).toMatchObject({ entries: 0, bytes: 0 })
  })
})
