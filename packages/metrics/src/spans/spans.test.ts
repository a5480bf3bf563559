import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { channel, keepCause, RejectedError } from '@millrace/core'
import type { Call, Next } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import { httpPool } from '@millrace/undici'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { spans } from '../opentelemetry.ts'
import type { Spans, SpansOptions } from '../opentelemetry.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const manager = new AsyncLocalStorageContextManager()
beforeAll(() => void context.setGlobalContextManager(manager.enable()))
afterAll(() => context.disable())
beforeEach(() => exporter.reset())

const made = (options: SpansOptions = {}): Spans => {
  const own = spans({ tracer: provider.getTracer('test'), ...options })
  onTestFinished(() => own.close())
  return own
}

const ok: Next = async () => ({ content: [] })
const throwing =
  (error: unknown): Next =>
  async () => {
    throw error
  }
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const traced = (): Call => fakeCall({ params: { _meta: { traceparent, tracestate: 'x=1' } }, sdk: { requestId: 7 } })

describe('spans keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => made())) it(name, run)
})

describe('spans', () => {
  it('makes one of each call, whose parent is the one that traceparent names', async () => {
    await made()(traced(), ok)
    const [span] = exporter.getFinishedSpans()
    expect(span).toMatchObject({
      name: 'tools/call tool',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
    })
    expect(span?.spanContext().traceId).toBe('a'.repeat(32))
    expect(span?.parentSpanContext).toMatchObject({ spanId: 'b'.repeat(16), isRemote: true })
    expect(span?.spanContext().traceState?.serialize()).toBe('x=1')
    expect(span?.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'jsonrpc.request.id': '7',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'tool',
    })
  })

  it('is inside the span that is active, and is linked to it when traceparent names another', async () => {
    const outer = provider.getTracer('test').startSpan('outer')
    const own = made()
    await context.with(trace.setSpan(context.active(), outer), async () => {
      await own(fakeCall({ method: 'tools/list' }), ok)
      await own(traced(), ok)
    })
    const [first, second] = exporter.getFinishedSpans()
    expect(first?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId)
    expect(first?.attributes).toEqual({ 'mcp.method.name': 'tools/list' })
    expect(second?.parentSpanContext?.spanId).toBe('b'.repeat(16))
    expect(second?.links.map((link) => link.context.spanId)).toEqual([outer.spanContext().spanId])
  })

  it('says what went wrong, and nothing that an error says', async () => {
    const own = made()
    const hidden: Next = async (call) => {
      const result = { isError: true }
      keepCause(call, result, new TypeError('secret'))
      return result
    }
    const gone = fakeCall()
    gone.abort('gone')
    await own(fakeCall(), async () => ({ isError: true }))
    await own(fakeCall(), hidden)
    await own(fakeCall(), throwing(new RejectedError('no', { code: 'ERR_QUEUE_FULL' }))).catch(() => {})
    await own(fakeCall(), throwing('a string')).catch(() => {})
    await own(fakeCall(), throwing({ code: -32_602 })).catch(() => {})
    await own(gone, throwing('gone')).catch(() => {})
    const broken: Next = () => {
      throw new Error('at once')
    }
    expect(() => own(fakeCall(), broken)).toThrow('at once')
    const finished = exporter.getFinishedSpans()
    expect(finished.map(({ attributes }) => attributes['error.type'])).toEqual([
      'tool_error',
      'TypeError',
      'ERR_QUEUE_FULL',
      '_OTHER',
      '-32602',
      'cancelled',
      'Error',
    ])
    expect(new Set(finished.map(({ status }) => status.code))).toEqual(new Set([SpanStatusCode.ERROR]))
    expect(
      JSON.stringify(finished.map(({ attributes, status, events }) => [attributes, status, events])),
    ).not.toContain('secret')
  })

  it('names no tool that the door does not name, and no URI', async () => {
    const own = made()
    await own(fakeCall({ method: 'resources/read', target: 'file:///secret' }), ok)
    await own(fakeCall({ target: 'evil', operation: 'tools/call (unknown)' }), ok)
    await own(fakeCall({ method: 'prompts/get', target: 'greet' }), ok)
    expect(exporter.getFinishedSpans().map(({ name, attributes }) => [name, Object.values(attributes)])).toEqual([
      ['resources/read', ['resources/read']],
      ['tools/call (unknown)', ['tools/call', 'execute_tool', '(unknown)']],
      ['prompts/get greet', ['prompts/get', 'greet']],
    ])
  })

  it('has the requests of HTTP pools inside the span of the call that asked, also when calls overlap and wait', async () => {
    const site = createServer((request, response) => {
      response.statusCode = request.url === '/bad' ? 500 : 200
      response.end('{}')
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    const { port } = site.address() as AddressInfo
    const options = { connections: 1, guard: { allowRanges: ['loopback'] } } as const
    const http = await httpPool(options).open()
    const own = made()
    const asks: Next = async (call) => {
      await http.request(`http://127.0.0.1:${port}/${call.target}`, call).catch(() => {})
      return { content: [] }
    }
    await Promise.all(['a', 'b', 'bad', 'c'].map((target) => own(fakeCall({ target }), asks)))
    const finished = exporter.getFinishedSpans()
    const nameOf = new Map(finished.map((one) => [one.spanContext().spanId, one.name]))
    const requests = finished
      .filter(({ attributes }) => attributes['http.request.method'] === 'GET')
      .map((one) => ({ of: nameOf.get(one.parentSpanContext?.spanId ?? ''), ...one.attributes, ...one.status }))
    expect(new Set(requests.map((one) => one.of))).toEqual(
      new Set(['tools/call a', 'tools/call b', 'tools/call bad', 'tools/call c']),
    )
    expect(requests.length).toBe(4)
    expect(requests.find((one) => one.of === 'tools/call bad')).toEqual({
      of: 'tools/call bad',
      code: SpanStatusCode.ERROR,
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'http.response.status_code': 500,
    })
    expect(requests.find((one) => one.of === 'tools/call a')?.code).toBe(SpanStatusCode.UNSET)
    exporter.reset()
    await http.request(`http://127.0.0.1:${port}/alone`)
    own.close()
    await own(fakeCall({ target: 'late' }), asks)
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['tools/call late'])
    await http.close()
    site.close()
  })

  it('has the queries of PostgreSQL pools inside the span of the call that asked', async () => {
    const own = made()
    const say = (error?: Error) => channel('pg').publish({ type: 'pg.query', pool: 'db', waitMs: 5, tookMs: 20, error })
    await own(fakeCall({ target: 'a' }), async () => {
      say()
      say(new Error('broken'))
      return { content: [] }
    })
    say()
    const [first, second, call, ...more] = exporter.getFinishedSpans()
    expect([first?.name, second?.name, call?.name, more]).toEqual(['query', 'query', 'tools/call a', []])
    expect(first?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId)
    expect([first?.status.code, second?.status.code]).toEqual([SpanStatusCode.UNSET, SpanStatusCode.ERROR])
    expect(first?.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.client.connection.pool.name': 'db',
      'millrace.pool.wait_ms': 5,
    })
    own.close()
  })

  it('has the commands to Redis inside the span of the call that sent them', async () => {
    const own = made()
    const say = (size: number, error?: unknown) =>
      channel('redis').publish({ type: 'redis.command', connection: 'r', operation: 'GET', size, tookMs: 20, error })
    await own(fakeCall({ target: 'a' }), async () => {
      say(1)
      say(2, Object.assign(new Error('WRONGTYPE of a secret'), { name: 'ReplyError' }))
      say(1, Object.assign(new Error('secret host'), { code: 'ERR_CONNECTION_LOST' }))
      say(1, null)
      return { content: [] }
    })
    say(1)
    const commands = exporter.getFinishedSpans().slice(0, -1)
    const shared = {
      'db.system.name': 'redis',
      'db.operation.name': 'GET',
      'db.client.connection.pool.name': 'r',
    }
    expect(commands.map(({ attributes }) => attributes)).toEqual([
      shared,
      { ...shared, 'db.operation.batch.size': 2, 'error.type': 'WRONGTYPE', 'db.response.status_code': 'WRONGTYPE' },
      { ...shared, 'error.type': 'ERR_CONNECTION_LOST' },
      { ...shared, 'error.type': '_OTHER' },
    ])
    own.close()
    say(1)
    expect(exporter.getFinishedSpans()).toHaveLength(5)
  })

  it('costs nothing that is seen where no provider is registered', async () => {
    const own = spans({ requests: false })
    expect(await own(fakeCall(), ok)).toEqual({ content: [] })
    own.close()
  })

  it('says what is wrong with an option', () => {
    expect(() => spans({ tracer: {} as never })).toThrow(
      'spans.tracer must be a tracer (with startSpan), got an object',
    )
  })
})
