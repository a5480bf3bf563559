import { cached } from '@millrace/cache'
import { fakeCall, held } from '@millrace/core/testing'
import { lifespan } from '@millrace/lifespan'
import { queue, rateLimit } from '@millrace/queue'
import { breaker, retryBudget } from '@millrace/resilience'
import { afterEach, describe, expect, it } from 'vitest'
import { calls } from '../fixtures/calls.ts'
import { linesOf, valueOf } from '../fixtures/lines.ts'
import { metrics } from '../index.ts'
import type { Metrics } from '../index.ts'

const opened: Metrics[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})
const made = (): Metrics => {
  const own = metrics(calls)
  opened.push(own)
  return own
}

describe('metrics.watch', () => {
  it('asks a queue how many wait and run, at each scrape', async () => {
    const own = made()
    const line = queue({ maxConcurrent: 1 })
    own.watch({ queue: line })
    const handler = held()
    const answers = [line(fakeCall(), handler.next), line(fakeCall(), handler.next)]
    expect(await linesOf(own, 'queue_')).toEqual([
      'queue_depth{queue="queue"} 1',
      'queue_in_flight{queue="queue"} 1',
      'queue_limit{queue="queue"} 1',
    ])
    handler.calls[0]?.resolve()
    await handler.arrived(2)
    handler.calls[1]?.resolve()
    await Promise.all(answers)
    expect(await valueOf(own, 'queue_in_flight{queue="queue"}')).toBe(0)
  })

  it('tells several apart by the names they are given under', async () => {
    const own = made()
    own.watch({ queue: { fast: queue({ maxConcurrent: 9 }), slow: queue({ maxConcurrent: 2 }) } })
    expect(await linesOf(own, 'queue_limit')).toEqual(['queue_limit{queue="fast"} 9', 'queue_limit{queue="slow"} 2'])
  })

  it('asks a cache what it holds', async () => {
    const own = made()
    const cache = cached({ ttlMs: 60_000 })
    own.watch({ cache })
    await cache(fakeCall(), async () => ({ content: [] }))
    expect(await valueOf(own, 'mcp_cache_entries{cache_level="memory"}')).toBe(1)
    expect(await valueOf(own, 'mcp_cache_bytes{cache_level="memory"}')).toBeGreaterThan(0)
  })

  it('asks a breaker which state each circuit is in', async () => {
    const own = made()
    const guard = breaker()
    own.watch({ breaker: guard })
    await guard(fakeCall(), async () => ({ content: [] }))
    expect(await linesOf(own, 'mcp_breaker_state')).toContain(
      'mcp_breaker_state{breaker="breaker",key="tools/call tool",state="closed"} 1',
    )
    guard.isolate('tools/call tool')
    const lines = await linesOf(own, 'mcp_breaker_state')
    expect(lines.filter((line) => line.endsWith(' 1'))).toEqual([
      'mcp_breaker_state{breaker="breaker",key="tools/call tool",state="isolated"} 1',
    ])
  })

  it('shows a circuit once, whether its breaker says so or is asked, under the name of the breaker', async () => {
    const own = metrics({ process: false })
    opened.push(own)
    const [db, api] = [breaker({ name: 'db' }), breaker({ name: 'api' })]
    own.watch({ breaker: { db, api } })
    for (const guard of [db, api]) await guard(fakeCall(), async () => ({ content: [] }))
    db.isolate('tools/call tool')
    const lines = await linesOf(own, 'mcp_breaker_state')
    expect(lines.filter((line) => line.endsWith(' 1')).toSorted()).toEqual([
      'mcp_breaker_state{breaker="api",key="tools/call tool",state="closed"} 1',
      'mcp_breaker_state{breaker="db",key="tools/call tool",state="isolated"} 1',
    ])
  })

  it('asks budgets, rate limits and a lifespan', async () => {
    const own = made()
    const app = lifespan({}, { signals: false })
    const limit = rateLimit({ calls: 1, perMs: 60_000 })
    own.watch({ retryBudget: { db: retryBudget({ minPerSecond: 2, ttlMs: 10_000 }) }, rateLimit: limit, lifespan: app })
    expect(await valueOf(own, 'mcp_ready')).toBe(0)
    await app.start()
    expect(await valueOf(own, 'mcp_ready')).toBe(1)
    await app.stop()
    expect(await valueOf(own, 'mcp_retry_budget_balance{budget="db"}')).toBe(20)
    expect(await valueOf(own, 'rate_limit_waiting{rate_limit="rateLimit"}')).toBe(0)
  })

  it('asks pools and connections by the names they have', async () => {
    const own = made()
    const replica = { pool: 'db replica 1', size: 1, busy: 1, waiting: 0, limit: 5 }
    const db = { stats: () => ({ pool: 'db', size: 4, busy: 3, waiting: 2, limit: 5, replicas: [replica] }) }
    const api = { stats: () => ({ name: 'api', connections: 2, active: 1, waiting: 0 }) }
    const redis = { stats: () => ({ name: 'r', state: 'connected', inFlight: 7, waiting: 1 }) }
    own.watch({ pool: { db, api }, redis })
    expect(await linesOf(own, 'db_connection', 'mcp_pool_', 'redis_')).toEqual([
      'db_connection_pool_size{pool="db"} 4',
      'db_connection_pool_size{pool="db replica 1"} 1',
      'mcp_pool_total_connections{pool="db replica 1",kind="postgres"} 1',
      'mcp_pool_total_connections{pool="db",kind="postgres"} 4',
      'mcp_pool_total_connections{pool="api",kind="http"} 2',
      'mcp_pool_active_connections{pool="db replica 1",kind="postgres"} 1',
      'mcp_pool_active_connections{pool="db",kind="postgres"} 3',
      'mcp_pool_active_connections{pool="api",kind="http"} 1',
      'mcp_pool_waiting{pool="db replica 1",kind="postgres"} 0',
      'mcp_pool_waiting{pool="db",kind="postgres"} 2',
      'mcp_pool_waiting{pool="api",kind="http"} 0',
      'mcp_pool_waiting{pool="r",kind="redis"} 1',
      'mcp_pool_limit{pool="db",kind="postgres"} 5',
      'mcp_pool_limit{pool="db replica 1",kind="postgres"} 5',
      'redis_connected{connection="r"} 1',
      'redis_in_flight{connection="r"} 7',
    ])
  })

  it('asks an edge once for each scrape, and no more once it is told to stop', async () => {
    const own = made()
    let asked = 0
    const edge = { stats: async () => ({ active: (asked += 1), sessions: 2, workers: 3 }) }
    const stop = own.watch({ edge })
    expect(await linesOf(own, 'mcp_active', 'mcp_sessions', 'mcp_workers')).toEqual([
      'mcp_active_connections 1',
      'mcp_sessions 2',
      'mcp_workers_ready 3',
    ])
    await own.exposition()
    expect(asked).toBe(2)
    stop()
    await own.exposition()
    expect(asked).toBe(2)
  })

  it('goes on without those who throw', async () => {
    const own = made()
    const broken = () => {
      throw new Error('broken')
    }
    own.watch({ cache: { stats: broken }, queue: { bad: { state: broken }, good: queue({ maxConcurrent: 3 }) } })
    expect(await linesOf(own, 'queue_limit')).toEqual(['queue_limit{queue="good"} 3'])
  })

  it.each([
    [{ queue: {} }, 'metrics.watch.queue must be a queue (with state), or several by name, got an object'],
    [{ queue: { a: 1 } }, 'metrics.watch.queue must be a queue (with state), or several by name, got an object'],
    [{ cache: null }, 'metrics.watch.cache must be a cache (with stats), got null'],
    [{ lifespan: {} }, 'metrics.watch.lifespan must be a lifespan, got an object'],
    [{ quue: {} }, 'metrics.watch.quue is not an option; did you mean queue?'],
  ])('says what cannot be watched: %o', (watched, message) => {
    expect(() => made().watch(watched as never)).toThrow(new TypeError(message))
  })
})
