import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server'
import { checkOrder, recommendedOrder } from '@millrace/core'
import { fakeCall, held, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { cached, invoke, recommended, retry, use } from './index.ts'
import type { Middleware } from './index.ts'

const list = (count: number) => {
  let asked = 0
  const next = async () => {
    asked += 1
    return { tools: Array.from({ length: count }, (_, index) => ({ name: `tool ${index}` })) }
  }
  return { next, asked: () => asked }
}

const full = () =>
  recommended({
    ttlMs: 1000,
    rateLimit: { calls: 1_000_000 },
    fallback: () => undefined,
    timeout: true,
    limitResult: true,
    hedge: true,
    retry: true,
    breaker: true,
  })

const stagesOf = ({ stage, parts = [] }: Middleware): unknown[] =>
  stage === undefined ? parts.flatMap(stagesOf) : [stage]

describe('recommended', () => {
  describe('as it comes', () => {
    for (const { name, run } of middlewareContract(() => recommended({ ttlMs: 1000 }))) it(name, run)
  })

  describe('with every layer', () => {
    for (const { name, run } of middlewareContract(full)) it(name, run)
  })

  it('caches lists without being told, and tools only when told', async () => {
    const chain = recommended()
    const { next, asked } = list(1)
    for (let round = 0; round < 2; round += 1) await chain(fakeCall({ method: 'tools/list' }), next)
    expect(asked()).toBe(1)
    for (let round = 0; round < 2; round += 1) await chain(fakeCall(), next)
    expect(asked()).toBe(3)
  })

  it('keeps a list whole and cuts it into pages outside the cache', async () => {
    const chain = recommended({ pageSize: 2 })
    const { next, asked } = list(3)
    const first = await chain(fakeCall({ method: 'tools/list' }), next)
    expect(first['tools']).toHaveLength(2)
    const params = { cursor: first['nextCursor'] }
    const second = await chain(fakeCall({ method: 'tools/list', params, input: params }), next)
    expect(second['tools']).toEqual([{ name: 'tool 2' }])
    expect(asked()).toBe(1)
  })

  it('holds on to its cache', async () => {
    const chain = recommended()
    const { next, asked } = list(1)
    await chain(fakeCall({ method: 'tools/list' }), next)
    await chain.cache.clear()
    await chain(fakeCall({ method: 'tools/list' }), next)
    expect(asked()).toBe(2)
  })

  it('is in the recommended order, whatever is in it', () => {
    expect(checkOrder([recommended({ pageSize: 2 })])).toEqual([])
    expect(checkOrder([full()])).toEqual([])
  })

  it('has a queue unless it is left out, and every other layer when it is named', () => {
    expect(stagesOf(recommended())).toEqual(['cached', 'queue'])
    expect(stagesOf(recommended({ queue: false }))).toEqual(['cached'])
    expect(stagesOf(full())).toEqual(
      recommendedOrder.filter((stage) => !['metrics', 'gate', 'authorize', 'staged'].includes(stage)),
    )
  })

  it('holds on to its queue, breaker and rate limit', () => {
    const chain = full()
    expect([chain.queue?.stage, chain.breaker?.stage, chain.rateLimit?.stage]).toEqual([
      'queue',
      'breaker',
      'rateLimit',
    ])
    const { queue, breaker, rateLimit } = recommended({ queue: false })
    expect([queue, breaker, rateLimit]).toEqual([undefined, undefined, undefined])
  })

  it('gives each layer its options', async () => {
    const chain = recommended({ queue: { maxConcurrent: 1, maxQueued: 0 }, fallback: { content: [] } })
    const running = held()
    const first = chain(fakeCall(), running.next)
    await running.arrived(1)
    expect(chain.queue?.state().limit).toBe(1)
    expect(await chain(fakeCall(), running.next)).toMatchObject({ content: [] })
    running.calls[0]?.resolve({ content: [{ type: 'text', text: 'done' }] })
    expect(await first).toMatchObject({ content: [{ text: 'done' }] })
  })

  it.each([
    [{ pageSize: 0 }, 'paginate.pageSize must be an integer ≥ 1, got 0'],
    [{ queue: 10 }, 'recommended.queue must be true or false or an object, got 10'],
    [{ rateLimit: true }, 'recommended.rateLimit must be false or an object, got true'],
    [{ timeout: { ms: 5 } }, 'timeout.ms is not an option'],
    [{ retrys: true }, 'recommended.retrys is not an option; did you mean retry?'],
    [{ pagesize: 5 }, 'recommended.pagesize is not an option; did you mean pageSize?'],
    [{ page_size: 5 }, 'recommended.page_size is not an option; did you mean pageSize?'],
    [60_000, 'recommended: options must be an object, got 60000'],
    [null, 'recommended: options must be an object, got null'],
    [{ ttl: 5 }, 'recommended.ttl is not an option; did you mean ttlMs?'],
    [{ tool: {} }, 'recommended.tool is not an option; did you mean tools?'],
    [
      { staged: true },
      'recommended.staged is not an option; there are pageSize, rateLimit, fallback, timeout, limitResult, hedge, retry, breaker, queue, ttlMs, tools, lists, resources, prompts, ',
    ],
    [{ ttlMs: 'soon' }, 'cached.ttlMs must be'],
  ])('says which option of %j is wrong', (options, message) => {
    expect(() => recommended(options as never)).toThrow(message)
  })

  it.each([
    ['cached', cached],
    ['retry', retry],
    ['recommended', recommended],
  ])('is a value, as every middleware: %s itself in its place says so', async (name, factory) => {
    const server = () => new McpServer({ name: 's', version: '1' })
    expect(() => use(server(), factory as never)).toThrow(`a factory that was not called: write ${name}(…)`)
    // As a minifier names it.
    const short = { x: (options: never) => factory(options) }
    const minified = use(server(), short.x as never)
    minified.registerTool('a', { inputSchema: z.object({}) }, async () => ({ content: [] }))
    await expect(invoke(minified, { method: 'tools/call', params: { name: 'a' } })).rejects.toThrow(
      `${name}: expected options, got a call; attach what ${name}(…) gives, not ${name} itself`,
    )
  })

  it('has a list forgotten when a connected server changes it', async () => {
    const server = use(new McpServer({ name: 's', version: '1' }), recommended())
    const config = { inputSchema: z.object({}) }
    const tool = server.registerTool('a', config, async () => ({ content: [] }))
    const [near, far] = InMemoryTransport.createLinkedPair()
    const client = new Client({ name: 'c', version: '1' })
    await Promise.all([server.connect(far), client.connect(near)])
    expect((await client.listTools()).tools).toHaveLength(1)
    server.registerTool('b', config, async () => ({ content: [] }))
    expect((await client.listTools()).tools).toHaveLength(2)
    tool.remove()
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['b'])
    await client.close()
  })
})
