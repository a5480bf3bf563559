import { cached } from '@millrace/cache'
import { subscribe } from '@millrace/core'
import type { Result } from '@millrace/core'
import { faultProxy } from '@millrace/core/testing'
import type { FaultProxy } from '@millrace/core/testing'
import { use } from '@millrace/mcp'
import { redis, redisStore } from '@millrace/redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { lines } from '../fixtures/lines.ts'
import type { Line } from '../fixtures/lines.ts'
import { redisServer } from '../readme/redis.ts'
import type { RedisServer } from '../readme/redis.ts'

let server: RedisServer
beforeAll(async () => {
  server = await redisServer({ maxmemory: '4mb', 'maxmemory-policy': 'noeviction' })
}, 120_000)
afterAll(async () => server.remove())

const patient = { commandMs: 10_000, connectMs: 10_000, silenceMs: 20_000, maxPauseMs: 50 }
const bounds = { commandMs: 200, connectMs: 1_000, silenceMs: 400, maxPauseMs: 50 }
let count = 0

/** A tool whose results are cached in Redis through a proxy that breaks things, called by a real client. */
const served = async (line: Line, namespace: string, options = bounds) => {
  const proxy = await faultProxy({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
  const resource = redis({ connection: { host: proxy.host, port: proxy.port }, ...options })
  const cache = cached({
    ttlMs: 60_000,
    tools: { tool: { tags: ['all'] } },
    store: redisStore({ redis: resource, namespace }),
    storeTimeoutMs: options.commandMs + 50,
  })
  const ran: number[] = []
  const mcp = use(line.server(), cache)
  const config = { inputSchema: z.object({ n: z.number() }), annotations: { readOnlyHint: true } }
  mcp.registerTool('tool', config, async (args) => {
    const { n } = args as { readonly n: number }
    ran.push(n)
    return { content: [{ type: 'text', text: `${n}` }] }
  })
  const client = await line.connect(mcp)
  onTestFinished(async () => {
    await client.close()
    await resource.connection.close(0)
    await proxy.close()
  })
  const call = async (n: number): Promise<string> => textOf(await client.call({ n }))
  return { proxy, cache, ran, call, redis: resource.connection }
}

const textOf = (result: Result): string => (result['content'] as [{ readonly text: string }])[0].text

const eventually = async (isSo: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const giveUpAt = performance.now() + 15_000
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`not within 15 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe.each(lines)('results cached in Redis, SDK $name', (line) => {
  test('are shared by servers, and dropped for all of them', async () => {
    const namespace = `shared-${(count += 1)}`
    const [a, b] = [await served(line, namespace, patient), await served(line, namespace, patient)]
    expect(await a.call(1)).toBe('1')
    await eventually(async () => (await b.cache.stats()).entries === 1, 'it is kept')
    expect(await b.call(1)).toBe('1')
    expect([a.ran, b.ran]).toEqual([[1], []])
    expect(await b.cache.invalidate({ tags: ['all'] })).toBe(1)
    await a.call(1)
    expect([a.ran, b.ran]).toEqual([[1, 1], []])
  })

  const faults: ReadonlyArray<[string, (proxy: FaultProxy) => unknown, (proxy: FaultProxy) => unknown]> = [
    ['refuses and resets', async (proxy) => (await proxy.refuse(), proxy.reset()), (proxy) => proxy.heal()],
    ['hangs', (proxy) => proxy.freeze(), (proxy) => proxy.heal()],
    ['is gone without a word', (proxy) => proxy.halfOpen(), () => {}],
    ['answers garbage', (proxy) => proxy.inject(Buffer.from('garbage\r\n*3\r\n!')), () => {}],
    ['is slower than a cache waits', (proxy) => proxy.slow(400), (proxy) => proxy.heal()],
    ['is killed and started again', () => server.kill(), () => server.start()],
    ['is stopped in its tracks', () => server.freeze(), () => server.thaw()],
  ]

  test.for(faults)(
    'a Redis that %s fails no call, and is used again afterwards',
    { timeout: 60_000 },
    async ([, fault, heal]) => {
      const { proxy, call, ran, redis: connection } = await served(line, `fault-${(count += 1)}`)
      await call(0)
      const failures: string[] = []
      onTestFinished(subscribe('cache', (event) => event.type === 'cache.failed' && failures.push(event.during)))
      await fault(proxy)
      for (let n = 1; n <= 30; n += 1) {
        const startedAt = performance.now()
        expect(await call(n)).toBe(`${n}`)
        expect(performance.now() - startedAt).toBeLessThan(5_000)
      }
      const all = await Promise.all(Array.from({ length: 100 }, (_, n) => call(n % 40)))
      expect(all).toEqual(Array.from({ length: 100 }, (_, n) => `${n % 40}`))
      await heal(proxy)
      await eventually(async () => {
        const before = ran.length
        await Promise.all([call(1_000), call(1_001)])
        await call(1_000)
        return ran.length === before && connection.stats().state === 'connected'
      }, 'hits again')
      expect(connection.stats()).toMatchObject({ waiting: 0 })
      expect(failures.length).toBeGreaterThan(0)
    },
  )

  test('a Redis without room, or one that is read only, fails no call', async () => {
    const { call, ran, redis: connection } = await served(line, `full-${(count += 1)}`)
    const large = 'x'.repeat(100_000)
    for (let n = 0; n < 60; n += 1) await connection.run((client) => client.set(`fill ${n}`, large)).catch(() => {})
    for (let n = 0; n < 60; n += 1)
      await connection.run((client) => client.set(`fill more ${n}`, large.slice(0, 1_000))).catch(() => {})
    expect(await Promise.all([1, 2, 3].map(call))).toEqual(['1', '2', '3'])
    await connection.run((client) => client.flushall())
    await connection.run((client) => client.replicaof('127.0.0.1', 1))
    expect(await Promise.all([4, 5, 6].map(call))).toEqual(['4', '5', '6'])
    await eventually(
      async () => (await connection.run((client) => client.replicaof('NO', 'ONE')).catch(() => '')) === 'OK',
      'it is primary',
    )
    await call(7)
    const before = ran.length
    await eventually(async () => (await call(7)) === '7' && ran.length - before < 10, 'it answers')
  })

  test('a garbled entry is loaded anew', async () => {
    const namespace = `garbled-${(count += 1)}`
    const { call, ran, redis: connection } = await served(line, namespace, patient)
    await call(1)
    const keys = () => connection.run((client) => client.keys(`${namespace}:e:*`))
    await eventually(async () => (await keys()).length === 1, 'it is kept')
    const [key] = await keys()
    await connection.run((client) => client.setrange(key as string, 12, 'garbage'))
    expect(await call(1)).toBe('1')
    expect(ran).toEqual([1, 1])
  })
})
