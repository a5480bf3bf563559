import type { PgNumbers } from '@millrace/core'
import type { Tally } from '../series/tally.ts'
import type { Listener } from './listener.ts'

/** Counts what PostgreSQL pools say. */
export const pgListener = (tally: Tally): Listener<'pg'> => {
  const size = tally.gauge('db_connection_pool_size')
  const total = tally.gauge('mcp_pool_total_connections')
  const waiting = tally.gauge('mcp_pool_waiting')
  const limit = tally.gauge('mcp_pool_limit')
  const exhausted = tally.counter('mcp_pool_exhausted_total')
  const connectFailures = tally.counter('mcp_pool_connect_failures_total')
  const connects = tally.histograms('mcp_pool_connect_duration_seconds')
  const closed = tally.counter('mcp_pool_closed_total')
  const resized = tally.counter('mcp_pool_resized_total')
  const queries = tally.histograms('db_query_duration_seconds')
  const waits = tally.histograms('db_query_wait_duration_seconds')
  const cancelled = tally.counter('db_queries_cancelled_total')
  const retries = tally.counter('db_query_retries_total')
  const failovers = tally.counter('db_failovers_total')
  const note = (numbers: PgNumbers): void => {
    const { pool } = numbers
    size.set(numbers.size, pool)
    total.set(numbers.size, pool, kind)
    waiting.set(numbers.waiting, pool, kind)
    limit.set(numbers.limit, pool, kind)
  }
  return {
    'pg.connected': (event) => {
      note(event)
      connects.record(event.elapsedMs / 1000, event.pool, kind)
    },
    'pg.connectFailed': (event) => {
      note(event)
      connectFailures.add(1, event.pool, kind)
    },
    'pg.closed': (event) => {
      note(event)
      closed.add(1, event.pool, kind, event.reason)
    },
    'pg.exhausted': (event) => {
      note(event)
      exhausted.add(1, event.pool, kind, event.reason)
    },
    'pg.resized': (event) => {
      note(event)
      resized.add(1, event.pool, kind)
    },
    'pg.query': ({ pool, tookMs, waitMs, error }) => {
      queries.record(tookMs / 1000, pool, error === undefined ? 'ok' : 'failed')
      waits.record(waitMs / 1000, pool)
    },
    'pg.cancelled': ({ pool, isKept }) => cancelled.add(1, pool, isKept ? 'kept' : 'cut'),
    'pg.retried': ({ pool }) => retries.add(1, pool),
    'pg.failedOver': ({ pool }) => failovers.add(1, pool),
  }
}

const kind = 'postgres'
