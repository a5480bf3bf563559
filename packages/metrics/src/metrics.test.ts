import { AbandonedError, cancellation, compose, RejectedError, withCall } from '@millrace/core'
import type { Next } from '@millrace/core'
import { fakeCall, held, manualClock, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { calls } from './fixtures/calls.ts'
import { linesOf, valueOf } from './fixtures/lines.ts'
import { metrics } from './index.ts'

const ok: Next = async () => ({ content: [] })

const throwing =
  (error: unknown): Next =>
  async () => {
    throw error
  }

describe('metrics keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => metrics(calls))) it(name, run)
})

describe('metrics', () => {
  it('counts calls by method, operation and outcome', async () => {
    const own = metrics(calls)
    await own(fakeCall({ target: 'search' }), ok)
    await own(fakeCall({ target: 'search' }), ok)
    await own(fakeCall({ target: 'search' }), async () => ({ isError: true }))
    await own(fakeCall({ target: 'ask' }), async () => ({ resultType: 'input_required' }))
    await own(fakeCall({ method: 'tools/list' }), throwing(new Error('broken'))).catch(() => {})
    await own(fakeCall({ target: 'search' }), throwing(new RejectedError('no', { code: 'ERR' }))).catch(() => {})
    await own(fakeCall({ target: 'search' }), throwing(new AbandonedError('no', { code: 'ERR' }))).catch(() => {})
    const gone = fakeCall({ target: 'search' })
    gone.abort('gone')
    await own(gone, throwing('gone')).catch(() => {})
    const search = 'method="tools/call",operation="tools/call search"'
    expect(await linesOf(own, 'mcp_requests_total')).toEqual([
      `mcp_requests_total{${search},outcome="ok"} 2`,
      `mcp_requests_total{${search},outcome="toolError"} 1`,
      `mcp_requests_total{${search},outcome="rejected"} 1`,
      `mcp_requests_total{${search},outcome="abandoned"} 1`,
      `mcp_requests_total{${search},outcome="cancelled"} 1`,
      'mcp_requests_total{method="tools/call",operation="tools/call ask",outcome="inputRequired"} 1',
      'mcp_requests_total{method="tools/list",operation="tools/list",outcome="failed"} 1',
    ])
  })

  it('puts durations in buckets, by the time that the call lives in', async () => {
    const clock = manualClock()
    const own = metrics({ ...calls, buckets: [0.01, 0.1, 1] })
    const handler = held()
    for (const ms of [10, 11, 1000, 5000]) {
      const answer = own(fakeCall({ clock }), handler.next)
      clock.advance(ms)
      handler.calls.at(-1)?.resolve()
      await answer
    }
    const labels = 'method="tools/call",operation="tools/call tool",outcome="ok"'
    expect(await linesOf(own, 'mcp_request_duration_seconds')).toEqual([
      `mcp_request_duration_seconds_bucket{le="0.01",${labels}} 1`,
      `mcp_request_duration_seconds_bucket{le="0.1",${labels}} 2`,
      `mcp_request_duration_seconds_bucket{le="1",${labels}} 3`,
      `mcp_request_duration_seconds_bucket{le="+Inf",${labels}} 4`,
      `mcp_request_duration_seconds_sum{${labels}} 6.021`,
      `mcp_request_duration_seconds_count{${labels}} 4`,
    ])
  })

  it('says of tools how long those took that did something', async () => {
    const own = metrics({ ...calls, buckets: [1] })
    await own(fakeCall(), ok)
    await own(fakeCall(), async () => ({ resultType: 'input_required' }))
    await own(fakeCall(), async () => ({ isError: true }))
    await own(fakeCall(), () => Promise.reject(new Error('broken'))).catch(() => {})
    await own(fakeCall(), () => Promise.reject(new RejectedError('no', { code: 'ERR' }))).catch(() => {})
    await own(fakeCall({ method: 'tools/list' }), ok)
    expect(await linesOf(own, 'tool_execution_duration_seconds_count')).toEqual([
      'tool_execution_duration_seconds_count{tool_name="tool",status="success"} 2',
      'tool_execution_duration_seconds_count{tool_name="tool",status="error"} 2',
    ])
  })

  it('says how many calls are under way', async () => {
    const own = metrics(calls)
    const handler = held()
    const answers = [own(fakeCall(), handler.next), own(fakeCall(), handler.next)]
    expect(await valueOf(own, 'concurrent_requests')).toBe(2)
    for (const { resolve } of handler.calls) resolve()
    await Promise.all(answers)
    expect(await valueOf(own, 'concurrent_requests')).toBe(0)
  })

  it('counts a handler that throws at once', async () => {
    const own = metrics(calls)
    const broken: Next = () => {
      throw new Error('at once')
    }
    expect(() => own(fakeCall(), broken)).toThrow('at once')
    await expect(compose(own)(broken)(fakeCall())).rejects.toThrow('at once')
    expect(await valueOf(own, 'concurrent_requests')).toBe(0)
    expect(await linesOf(own, 'mcp_requests_total')).toEqual([
      'mcp_requests_total{method="tools/call",operation="tools/call tool",outcome="failed"} 2',
    ])
  })

  it('knows a call that was cancelled by a signal of its own', async () => {
    const own = metrics(calls)
    const link = cancellation()
    const call = withCall(fakeCall(), { cancellation: link })
    const handler = held()
    const answer = own(call, handler.next)
    link.abort()
    handler.calls[0]?.reject(link.reason)
    await expect(answer).rejects.toBe(link.reason)
    expect(await linesOf(own, 'mcp_requests_total')).toEqual([expect.stringContaining('outcome="cancelled"} 1')])
  })

  it('shares its counts wherever it stands', async () => {
    const own = metrics(calls)
    await Promise.all([compose(own)(ok)(fakeCall()), compose(own)(ok)(fakeCall())])
    expect(await linesOf(own, 'mcp_requests_total')).toEqual([expect.stringContaining('} 2')])
    expect(own.stage).toBe('metrics')
  })
})
