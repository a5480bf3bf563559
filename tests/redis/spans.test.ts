import { cached } from '@millrace/cache'
import { invoke, use } from '@millrace/mcp'
import { spans } from '@millrace/metrics/opentelemetry'
import { redis, redisStore } from '@millrace/redis'
import type { Redis } from '@millrace/redis'
import { McpServer } from '@modelcontextprotocol/server'
import { context, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { redisServer } from '../readme/redis.ts'
import type { RedisServer } from '../readme/redis.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
let server: RedisServer
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  server = await redisServer()
}, 120_000)
afterAll(async () => {
  context.disable()
  await server.remove()
})

type Work = (redis: Redis, secret: string) => Promise<unknown>

/** A server whose tools run commands, and the spans of their calls by the name of the tool. */
const traced = (tools: Readonly<Record<string, Work>>) => {
  exporter.reset()
  const { connection } = redis({ connection: server.url, name: 'shared' })
  const trace = spans({ tracer: provider.getTracer('test') })
  onTestFinished(async () => {
    trace.close()
    await connection.close()
  })
  const target = use(new McpServer({ name: 'traced', version: '1.0.0' }), trace)
  for (const [name, work] of Object.entries(tools))
    target.registerTool(name, { inputSchema: z.object({ secret: z.string() }) }, async ({ secret }) => {
      await work(connection, secret).catch(() => {})
      return { content: [] }
    })
  const call = (name: string) =>
    invoke(target, { method: 'tools/call', params: { name, arguments: { secret: `secret of ${name}` } } })
  return { call, connection }
}

const inside = (tool: string): ReadableSpan[] => {
  const all = exporter.getFinishedSpans()
  const outer = all.find(({ name }) => name === `tools/call ${tool}`)
  return all.filter((one) => one.parentSpanContext?.spanId === outer?.spanContext().spanId)
}

test('commands to Redis are spans inside the call that sent them, also when calls overlap and wait for the connection', async () => {
  const { call } = traced({
    first: (on, secret) => on.run((client) => client.set(secret, secret)),
    second: (on, secret) => on.run((client) => client.call('hget', secret, secret)),
  })
  await Promise.all([call('first'), call('second'), call('second')])
  const [set, ...more] = inside('first')
  expect(more).toEqual([])
  expect(set).toMatchObject({ name: 'SET', kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } })
  expect(set?.attributes).toEqual({
    'db.system.name': 'redis',
    'db.operation.name': 'SET',
    'db.client.connection.pool.name': 'shared',
  })
  expect(inside('second').map(({ name }) => name)).toEqual(['HGET'])
  expect(exporter.getFinishedSpans()).toHaveLength(6)
})

test('what is sent in one go is one span', async () => {
  const { call } = traced({
    reads: (on) => on.run((client) => client.pipeline().get('a').get('b').get('c').exec()),
    mixed: (on) => on.run((client) => client.pipeline().get('a').strlen('b').exec()),
    alone: (on) => on.run((client) => client.pipeline().get('a').exec()),
    changes: (on) => on.run((client) => client.multi().incr('n').incr('n').exec()),
    byHand: (on) =>
      on.run(async (client) => {
        await client.multi({ pipeline: false })
        await client.incr('n')
        return client.exec()
      }),
  })
  const said: unknown[] = []
  for (const tool of ['reads', 'mixed', 'alone', 'changes', 'byHand']) {
    await call(tool)
    said.push(...inside(tool).map(({ name, attributes }) => [name, attributes['db.operation.batch.size']]))
  }
  expect(said).toEqual([
    ['PIPELINE GET', 3],
    ['PIPELINE', 2],
    ['GET', undefined],
    ['MULTI INCR', 2],
    ['MULTI', undefined],
    ['INCR', undefined],
    ['EXEC', undefined],
  ])
})

test('a command that fails says how, and neither what it was for nor where', async () => {
  const { call, connection } = traced({
    wrong: (on, secret) => on.run((client) => client.lpush('text', secret)),
    one: (on, secret) => on.run((client) => client.pipeline().set('x', secret).lpush('text', secret).exec()),
    lost: (on, secret) => on.run((client) => client.blpop(secret, 0)),
  })
  await connection.run((client) => client.set('text', 'v'))
  await call('wrong')
  await call('one')
  const lost = call('lost')
  await connection.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'no')).catch(() => {})
  await lost
  const failed = ['wrong', 'one', 'lost'].flatMap(inside)
  expect(failed.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['LPUSH', 'WRONGTYPE'],
    ['PIPELINE', 'WRONGTYPE'],
    ['BLPOP', 'ERR_CONNECTION_LOST'],
  ])
  expect(failed.map(({ status }) => status)).toEqual(failed.map(() => ({ code: SpanStatusCode.ERROR })))
  expect(failed[0]?.attributes['db.response.status_code']).toBe('WRONGTYPE')
  const said = exporter.getFinishedSpans().map(({ name, attributes, events }) => [name, attributes, events])
  expect(JSON.stringify(said)).not.toContain('secret')
})

test('what a cache asks Redis is inside the call that it is asked for', async () => {
  const resource = redis({ connection: server.url, name: 'cache' })
  const trace = spans({ tracer: provider.getTracer('test') })
  onTestFinished(async () => {
    trace.close()
    await resource.connection.close()
  })
  exporter.reset()
  const cache = cached({ ttlMs: 60_000, store: redisStore({ redis: resource }) })
  const target = use(new McpServer({ name: 'cached', version: '1.0.0' }), trace, cache)
  target.registerTool('read', { annotations: { readOnlyHint: true } }, () => ({ content: [] }))
  await invoke(target, { method: 'tools/call', params: { name: 'read', arguments: {} } })
  expect(inside('read').map(({ name }) => name)).toContain('GET')
})
