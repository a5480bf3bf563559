import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { cached } from '@millrace/cache'
import { use } from '@millrace/mcp'
import type { Call } from '@millrace/core'
import { edge } from './edge.ts'
import type { EdgeOptions } from './options.ts'
import { listen } from './fixtures/listen.ts'
import { legacy, modern } from './fixtures/post.ts'
import { v1, v2 } from './fixtures/servers.ts'
import type { Line, TestServer } from './fixtures/servers.ts'

const closing: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const serve = async (create: () => TestServer, options: EdgeOptions = {}) => {
  const served = edge(create, options)
  const { url, close } = await listen(served.handler)
  closing.push(() => served.close(0), close)
  return { url, served }
}

const echoServer = (line: Line) => () => {
  const server = line.mcpServer()
  server.registerTool(
    'echo',
    { inputSchema: z.object({ q: z.string() }), annotations: { readOnlyHint: true } },
    async ({ q }: { q: string }) => ({ content: [{ type: 'text', text: q }] }),
  )
  return server
}

const cases = [
  { name: 'v1', line: v1, request: legacy, isModern: false },
  { name: 'v2, 2025', line: v2, request: legacy, isModern: false },
  { name: 'v2, 2026-07-28', line: v2, request: modern, isModern: true },
]

describe.each(cases)('a request to a server of $name', ({ line, request, isModern }) => {
  it("is answered with the caller's own id", async () => {
    const { url } = await serve(echoServer(line))
    for (const id of [1, 0, 'a "quoted" one', 99]) {
      const response = await fetch(url, request('tools/call', { name: 'echo', arguments: { q: 'hi' } }, id))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(await response.json()).toEqual({
        jsonrpc: '2.0',
        id,
        result: {
          content: [{ type: 'text', text: 'hi' }],
          ...(isModern
            ? {
                resultType: 'complete',
                _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'fixture', version: '1.0.0' } },
              }
            : {}),
        },
      })
    }
  })

  it('meets the chain that use attached once, before the SDK, and shares the server', async () => {
    const calls: Call[] = []
    let made = 0
    const { url } = await serve(() => {
      made += 1
      return use(echoServer(line)(), (call, next) => {
        calls.push(call)
        return next(call)
      })
    })
    for (let n = 0; n < 3; n += 1) await fetch(url, request('tools/call', { name: 'echo', arguments: { q: 'hi' } }, n))
    expect(calls.map(({ operation, input }) => [operation, input])).toEqual(
      Array.from({ length: 3 }, () => ['tools/call echo', { q: 'hi' }]),
    )
    expect(made).toBeLessThanOrEqual(2)
  })

  it('is answered from the cache with its own id', async () => {
    const { url } = await serve(() => use(echoServer(line)(), cached({ ttlMs: 60_000 })))
    const ask = async (id: number) => {
      const response = await fetch(url, request('tools/call', { name: 'echo', arguments: { q: 'hi' } }, id))
      return (await response.json()) as { id: number; result: object }
    }
    const [first, second] = [await ask(1), await ask(2)]
    expect([first.id, second.id]).toEqual([1, 2])
    expect(second.result).toEqual(first.result)
  })

  it('lists tools', async () => {
    const { url } = await serve(echoServer(line))
    for (let n = 0; n < 3; n += 1) {
      const response = await fetch(url, request('tools/list', {}, n))
      const { result } = (await response.json()) as { result: { tools: Array<{ name: string }>; ttlMs?: number } }
      expect(result.tools.map(({ name }) => name)).toEqual(['echo'])
      expect(result.ttlMs).toBe(isModern ? 0 : undefined)
    }
  })
})
