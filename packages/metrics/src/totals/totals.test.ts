import { channel } from '@millrace/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fakeProcess, lines, wholeOf } from '../fixtures/counting.ts'
import { hasPromtool, promtool } from '../fixtures/promtool.ts'
import { metrics, targets, totals } from '../index.ts'
import type { Metrics, Watched } from '../index.ts'

const calls = 'mcp_requests_total{method="tools/call",operation="tools/call a",outcome="ok"}'
const count = 'mcp_request_duration_seconds_count'

/** Metrics that show what they are given to watch. */
const watching = (watched: Watched): Metrics => {
  const { numbers } = fakeProcess()
  numbers.watch(watched)
  return numbers
}

const queue = (depth: number) => ({ state: () => ({ depth, inFlight: 1, limit: 4 }) })
const breaker = (type: 'open' | 'closed') => ({ keys: () => ['k'], state: () => ({ type }) })

describe('the totals of several processes', () => {
  it('are the sums of what they have counted, and never fall when one ends', async () => {
    const [one, two] = [fakeProcess(), fakeProcess()]
    const whole = wholeOf()
    await one.call('a', 3)
    await two.call('a', 4)
    whole.take({ id: 'one', worker: '1' }, await one.sent())
    whole.take({ id: 'two', worker: '2' }, await two.sent())
    expect(await lines(whole, calls)).toEqual([`${calls} 7`])
    expect((await lines(whole, count))[0]).toMatch(/ 7$/)
    whole.end('one')
    const next = fakeProcess()
    await next.call('a', 1)
    whole.take({ id: 'next', worker: '1' }, await next.sent())
    whole.silence('two')
    expect(await lines(whole, calls)).toEqual([`${calls} 8`])
    expect((await lines(whole, count))[0]).toMatch(/ 8$/)
  })

  it('do not fall when one begins to count anew', async () => {
    const one = fakeProcess()
    const whole = wholeOf()
    await one.call('a', 3)
    whole.take({ id: 'one', worker: '1' }, await one.sent())
    one.numbers.registry.resetMetrics()
    await one.call('a', 1)
    whole.take({ id: 'one', worker: '1' }, await one.sent())
    expect(await lines(whole, calls)).toEqual([`${calls} 4`])
  })

  it('have gauges by their rules, of those alone who have said how they stand', async () => {
    const whole = wholeOf()
    const sources = [
      watching({ queue: queue(2), breaker: breaker('open'), lifespan: { isReady: false } }),
      watching({ queue: queue(3), breaker: breaker('closed'), lifespan: { isReady: true } }),
    ]
    for (const [index, source] of sources.entries()) {
      whole.take({ id: `${index}`, worker: `${index + 1}` }, await source.snapshot())
    }
    const shown = () =>
      lines(whole, 'queue_depth', 'mcp_ready', 'mcp_breaker_state{breaker="breaker",key="k",state="open"}')
    expect(await shown()).toEqual([
      'queue_depth{queue="queue"} 5',
      'mcp_breaker_state{breaker="breaker",key="k",state="open"} 1',
      'mcp_ready 1',
    ])
    whole.silence('1')
    expect(await shown()).toEqual([
      'queue_depth{queue="queue"} 2',
      'mcp_breaker_state{breaker="breaker",key="k",state="open"} 1',
      'mcp_ready 0',
    ])
    whole.end('0')
    expect(await shown()).toEqual([])
  })

  it('have what all processes share once, and what each has for itself by worker', async () => {
    const whole = wholeOf()
    const stats = async () => ({ tiers: { memory: { entries: 2, bytes: 10 }, redis: { entries: 5, bytes: 50 } } })
    for (const worker of ['1', '2']) {
      const own = metrics({ events: false })
      onTestFinished(() => own.close())
      own.watch({ cache: { stats } })
      whole.take({ id: worker, worker }, await own.snapshot())
    }
    expect(await lines(whole, 'mcp_cache_entries')).toEqual([
      'mcp_cache_entries{cache_level="memory"} 4',
      'mcp_cache_entries{cache_level="redis"} 5',
    ])
    const heaps = await lines(whole, 'mcp_memory_usage_bytes{type="heapUsed"')
    expect(heaps.map((line) => line.split(' ')[0])).toEqual([
      'mcp_memory_usage_bytes{type="heapUsed",worker="1"}',
      'mcp_memory_usage_bytes{type="heapUsed",worker="2"}',
    ])
  })

  it('show the one that takes a place, and not the one that leaves it', async () => {
    const whole = wholeOf()
    for (const [id, isLeaving] of [
      ['old', true],
      ['new', false],
    ] as const) {
      const own = metrics({ events: false })
      onTestFinished(() => own.close())
      whole.take({ id, worker: '1', isLeaving }, await own.snapshot())
    }
    expect(await lines(whole, 'mcp_memory_usage_bytes{type="rss"')).toHaveLength(1)
  })

  it('have the ratio of all lookups, not a mean of ratios', async () => {
    const whole = wholeOf()
    for (const [worker, hits, misses] of [
      ['1', 9, 0],
      ['2', 0, 1],
    ] as const) {
      const own = metrics({ process: false })
      const said = { store: 'memory', operation: 'tools/call a', isShared: false } as never as object
      for (let n = 0; n < hits; n += 1) channel('cache').publish({ ...said, type: 'cache.hit', savedMs: 1 } as never)
      for (let n = 0; n < misses; n += 1) channel('cache').publish({ ...said, type: 'cache.miss' } as never)
      whole.take({ id: worker, worker }, await own.snapshot())
      own.close()
    }
    expect(await lines(whole, 'cache_hit_ratio{cache_type="all"}')).toEqual(['cache_hit_ratio{cache_type="all"} 0.9'])
  })

  it('add up histograms of other buckets, as a new version of a program may have them', async () => {
    const whole = wholeOf()
    const [old, young] = [fakeProcess({ buckets: [1, 2] }), fakeProcess({ buckets: [1.5, 10] })]
    await old.call('a', 2)
    await young.call('a', 3)
    whole.take({ id: 'old', worker: '1' }, await old.sent())
    whole.take({ id: 'young', worker: '1' }, await young.sent())
    whole.end('old')
    expect((await lines(whole, count))[0]).toMatch(/ 5$/)
  })

  it('say which workers are there, and are looked at by targets', async () => {
    let reads = 0
    const supervisor = fakeProcess()
    const whole = totals(supervisor.numbers, async () => void (reads += 1))
    const goals = targets({
      metrics: supervisor.numbers,
      successRatio: 0.9,
      minCalls: 1,
      everyMs: 1000,
      windowMs: 1000,
    })
    onTestFinished(() => {
      goals.close()
      whole.close()
    })
    whole.show(
      1,
      new Map([
        ['1', true],
        ['2', false],
      ]),
    )
    whole.take({ id: 'supervisor', worker: 'supervisor' }, await supervisor.sent())
    expect(await lines(whole, 'mcp_worker')).toEqual([
      'mcp_workers_missing 1',
      'mcp_worker_up{worker="1"} 1',
      'mcp_worker_up{worker="2"} 0',
    ])
    expect(reads).toBe(1)
  })

  it('take nothing that is no snapshot, or one of a version to come', () => {
    const whole = wholeOf()
    const from = { id: 'one', worker: '1' }
    expect(() => whole.take(from, undefined)).toThrow('totals.take: expected a snapshot of version 1, got undefined')
    expect(() => whole.take(from, { version: 2, metrics: [], foreign: [] })).toThrow('of version 2')
    expect(() => totals({} as Metrics, async () => {})).toThrow('totals: expected what metrics() gives, got an object')
  })

  it.skipIf(!hasPromtool)('are what promtool takes with nothing to say (skipped without promtool)', async () => {
    const whole = wholeOf()
    for (const worker of ['1', '2']) {
      const own = metrics()
      onTestFinished(() => own.close())
      whole.take({ id: worker, worker }, await own.snapshot())
    }
    whole.show(0, new Map([['1', true]]))
    expect(promtool((await whole.exposition()).body)).toBe('')
    expect((await whole.exposition('application/openmetrics-text')).body).toMatch(/# EOF\n$/)
  })
})
