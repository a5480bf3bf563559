import type { Next } from '@millrace/core'
import { fakeCall, held, manualClock } from '@millrace/core/testing'
import { AggregatorRegistry, Counter, Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { calls } from '../fixtures/calls.ts'
import { hasPromtool, promtool } from '../fixtures/promtool.ts'
import { metrics } from '../index.ts'
import { contentTypes, newRegistry } from './registry.ts'

const ok: Next = async () => ({ content: [] })
const openMetrics = 'application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

describe('a scrape', () => {
  it('is in the format of Prometheus unless OpenMetrics is asked for', async () => {
    const own = metrics(calls)
    await own(fakeCall(), ok)
    const plain = await own.exposition()
    expect(plain.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(plain.body).toContain('# TYPE mcp_requests_total counter')
    expect((await own.exposition('*/*')).contentType).toBe(plain.contentType)
    const open = await own.exposition(openMetrics)
    expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    expect(open.body).toContain('# TYPE mcp_requests counter')
    expect(open.body).toMatch(/^mcp_requests_total\{[^}]*\} 1$/m)
    expect(open.body.endsWith('\n# EOF\n')).toBe(true)
  })

  it('leaves the names of counters as they are, whoever asks in which format', async () => {
    const registry = new Registry()
    new Counter({ name: 'theirs_total', help: 'theirs', registers: [registry] }).inc(3)
    const own = metrics({ ...calls, registry })
    await own(fakeCall(), ok)
    const before = await own.exposition()
    expect((await own.exposition(openMetrics)).body).toContain('theirs_total 3')
    expect(await own.exposition()).toEqual(before)
  })

  it('works on a registry that writes OpenMetrics itself', async () => {
    const registry = newRegistry(contentTypes.openMetrics)
    const own = metrics({ ...calls, registry })
    await own(fakeCall(), ok)
    expect((await own.exposition(openMetrics)).body).toBe(await registry.metrics())
    own.close()
    expect(registry.getMetricsAsArray()).toEqual([])
  })

  it('shows a trace as an example of each bucket, in OpenMetrics', async () => {
    const clock = manualClock()
    const own = metrics({ ...calls, buckets: [0.1, 1] })
    const handler = held()
    const answer = own(fakeCall({ clock, params: { _meta: { traceparent } } }), handler.next)
    clock.advance(500)
    handler.calls[0]?.resolve()
    await answer
    const { body } = await own.exposition(openMetrics)
    const seconds = clock.now() / 1000
    const lines = body.split('\n').filter((line) => line.includes(' # '))
    expect(lines).toEqual([
      `mcp_request_duration_seconds_bucket{le="1",method="tools/call",operation="tools/call tool",outcome="ok"} 1 # {trace_id="${'a'.repeat(32)}"} 0.5 ${seconds}`,
      `tool_execution_duration_seconds_bucket{le="1",tool_name="tool",status="success"} 1 # {trace_id="${'a'.repeat(32)}"} 0.5 ${seconds}`,
    ])
    expect((await own.exposition()).body).not.toContain('trace_id')
  })

  it('shows of a tool that ends in two ways the trace that came last', async () => {
    const clock = manualClock()
    const own = metrics({ ...calls, buckets: [0.1, 1], traceIdOf: (call) => String(call.input) })
    for (const [input, error] of [
      ['a', undefined],
      ['b', new Error('broken')],
      ['c', undefined],
    ] as const) {
      const result = { isError: input === 'a' }
      await own(fakeCall({ clock, input }), async () => {
        clock.advance(1)
        if (error !== undefined) throw error
        return result
      }).catch(() => {})
    }
    const { body } = await own.exposition(openMetrics)
    const lines = body.split('\n').filter((line) => /^tool_.* # /.test(line))
    expect(lines.map((line) => /status="(.*)"} .*trace_id="(.)"/.exec(line)?.slice(1))).toEqual([
      ['success', 'c'],
      ['error', 'b'],
    ])
  })

  it('shows no trace where that is not wanted, and the one that is named where it is', async () => {
    const call = fakeCall({ params: { _meta: { traceparent } } })
    for (const [traceIdOf, isShown] of [
      [false, false],
      [() => undefined, false],
      [() => 'c'.repeat(32), true],
    ] as const) {
      const own = metrics({ ...calls, traceIdOf })
      await own(call, ok)
      expect((await own.exposition(openMetrics)).body.includes(`trace_id="${'c'.repeat(32)}"`)).toBe(isShown)
    }
  })

  it('gives processes of a cluster numbers that can be added up', async () => {
    const own = metrics({ ...calls, buckets: [1] })
    await own(fakeCall(), ok)
    const json = await own.registry.getMetricsAsJSON()
    const summed = AggregatorRegistry.aggregate([json, json] as never)
    const text = await summed.metrics()
    expect(text).toContain('mcp_requests_total{method="tools/call",operation="tools/call tool",outcome="ok"} 2')
    expect(text).toMatch(/mcp_request_duration_seconds_bucket\{[^}]*le="\+Inf"[^}]*\} 2/)
  })

  it('begins anew when the registry is reset, calls under way excepted', async () => {
    const own = metrics(calls)
    const handler = held()
    await own(fakeCall({ params: { _meta: { traceparent } } }), ok)
    void own(fakeCall(), handler.next)
    own.registry.resetMetrics()
    const { body } = await own.exposition(openMetrics)
    expect(body).toMatch(/^mcp_requests_total\{[^}]*\} 0$/m)
    expect(body).toContain('concurrent_requests 1')
    expect(body).not.toContain('trace_id')
  })

  it.skipIf(!hasPromtool)('is what promtool takes (skipped without promtool)', async () => {
    const own = metrics(calls)
    await own(fakeCall(), ok)
    await own(fakeCall({ method: 'tools/list' }), async () => ({ isError: true }))
    expect(promtool((await own.exposition()).body)).toBe('')
  })
})
