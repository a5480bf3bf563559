import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server'
import { checkOrder } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { cached, invoke, recommended, retry, use } from './index.ts'

const list = (count: number) => {
  let asked = 0
  const next = async () => {
    asked += 1
    return { tools: Array.from({ length: count }, (_, index) => ({ name: `tool ${index}` })) }
  }
  return { next, asked: () => asked }
}

describe('recommended', () => {
  for (const { name, run } of middlewareContract(() => recommended({ ttlMs: 1000 }))) it(name, run)

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

  it('is in the recommended order', () => {
    expect(checkOrder([recommended({ pageSize: 2 })])).toEqual([])
  })

  it.each([
    [{ pageSize: 0 }, 'paginate.pageSize must be an integer ≥ 1, got 0'],
    [{ pagesize: 5 }, 'recommended.pagesize is not an option; did you mean pageSize?'],
    [{ page_size: 5 }, 'recommended.page_size is not an option; did you mean pageSize?'],
    [60_000, 'recommended: options must be an object, got 60000'],
    [null, 'recommended: options must be an object, got null'],
    [{ ttl: 5 }, 'cached.ttl is not an option; did you mean ttlMs?'],
  ])('says which option of %j is wrong', (options, message) => {
    expect(() => recommended(options as never)).toThrow(message)
  })

  it.each([
    ['cached', cached],
    ['retry', retry],
    ['recommended', recommended],
  ])('is a value, as every middleware: %s itself in its place says so', async (name, factory) => {
    const server = use(new McpServer({ name: 's', version: '1' }), factory as never)
    server.registerTool('a', { inputSchema: z.object({}) }, async () => ({ content: [] }))
    await expect(invoke(server, { method: 'tools/call', params: { name: 'a' } })).rejects.toThrow(
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
