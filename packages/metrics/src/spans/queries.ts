import { subscribe } from '@millrace/core'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Tracer } from '@opentelemetry/api'

/**
 * Makes a span of each query of a PostgreSQL pool, inside the span of whoever asked. Its text is left out, as it may hold
 * anything. Returns what stops it.
 */
export const traceQueries = (tracer: Tracer): (() => void) =>
  subscribe('pg', (event) => {
    if (event.type !== 'pg.query' || trace.getActiveSpan() === undefined) return
    const { pool, waitMs, tookMs, error } = event
    const endTime = Date.now()
    const attributes = {
      'db.system.name': 'postgresql',
      'db.client.connection.pool.name': pool,
      'millrace.pool.wait_ms': waitMs,
    }
    const span = tracer.startSpan('query', { kind: SpanKind.CLIENT, startTime: endTime - tookMs, attributes })
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  })
