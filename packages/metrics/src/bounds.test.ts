import type { Next } from '@millrace/core'
import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { calls } from './fixtures/calls.ts'
import { linesOf, seriesOf, valueOf } from './fixtures/lines.ts'
import { hasPromtool, promtool } from './fixtures/promtool.ts'
import { metrics } from './index.ts'

const ok: Next = async () => ({ content: [] })

/** What a caller, or a careless author, may call something. */
const hostile = [
  'a"b',
  'a\\',
  'a\nb',
  'a\r\nb',
  'a\0b',
  '"} 1\nevil_total{a="',
  '\ud800',
  '\udfff',
  '__name__',
  '__proto__',
  'constructor',
  'é😀',
  'x'.repeat(10_240),
]

describe('the series of metrics', () => {
  it('stay as many as they are with 10,000 different arguments', async () => {
    const own = metrics(calls)
    await own(fakeCall(), ok)
    const before = await seriesOf(own)
    for (let n = 0; n < 10_000; n += 1) await own(fakeCall({ input: { n: `value ${n}` } }), ok)
    expect(await seriesOf(own)).toBe(before)
    expect(await linesOf(own, 'mcp_requests_total')).toEqual([expect.stringContaining('} 10001')])
  })

  it('stay as many as they are when anybody calls what does not exist', async () => {
    const own = metrics(calls)
    const operation = 'tools/call (unknown)'
    await own(fakeCall({ target: 'x', operation }), ok)
    const before = await seriesOf(own)
    for (const name of hostile) await own(fakeCall({ target: name, operation }), ok)
    for (let n = 0; n < 10_000; n += 1) await own(fakeCall({ target: `tool ${n}`, operation }), ok)
    expect(await seriesOf(own)).toBe(before)
  })

  it('stay as many as may be when a door names whatever comes, and the rest is counted as (other)', async () => {
    const own = metrics({ ...calls, maxOperations: 3 })
    for (const target of ['a', 'b', 'c']) await own(fakeCall({ target }), ok)
    await own(fakeCall({ target: 'd' }), ok)
    await own(fakeCall({ method: 'x/y' }), ok)
    const before = await seriesOf(own)
    for (const target of hostile) await own(fakeCall({ target }), ok)
    for (let n = 0; n < 10_000; n += 1) await own(fakeCall({ target: `tool ${n}`, method: `m/${n % 2}` }), ok)
    expect(await seriesOf(own)).toBe(before)
    const labels = 'method="tools/call",operation="tools/call (other)",outcome="ok"'
    expect(await valueOf(own, `mcp_requests_total{${labels}}`)).toBe(1 + hostile.length)
    const rest = 'method="(other)",operation="(other)",outcome="ok"'
    expect(await valueOf(own, `mcp_requests_total{${rest}}`)).toBe(10_001)
    const tool = 'tool_name="(other)",status="success"'
    expect(await valueOf(own, `tool_execution_duration_seconds_count{${tool}}`)).toBe(1 + hostile.length)
  })

  it('have names that can be written down: two that are written the same are one series', async () => {
    const own = metrics(calls)
    for (const target of hostile) await own(fakeCall({ target }), ok)
    const lines = await linesOf(own, 'mcp_requests_total')
    expect(lines.length).toBe(hostile.length - 1)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300)
    expect(await valueOf(own, 'mcp_requests_total{method="tools/call",operation="tools/call �",outcome="ok"}')).toBe(2)
    expect(await linesOf(own, 'evil')).toEqual([])
  })

  it.skipIf(!hasPromtool)('are what promtool takes, whatever they are called (skipped without promtool)', async () => {
    const own = metrics(calls)
    for (const target of hostile) await own(fakeCall({ target }), ok)
    expect(promtool((await own.exposition()).body)).toBe('')
  })

  it('are not told apart by names that objects have anyway', async () => {
    const own = metrics(calls)
    await own(fakeCall({ target: '__proto__', operation: '__proto__' }), ok)
    await own(fakeCall({ target: 'x', operation: 'constructor' }), ok)
    expect((await linesOf(own, 'mcp_requests_total')).length).toBe(2)
  })
})
