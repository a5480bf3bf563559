import { subscribe } from '@millrace/core'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Tracer } from '@opentelemetry/api'

/**
 * Makes a span of each request of an HTTP pool, inside the span of whoever asked: the pool says it in the async context
 * of its caller. Returns what stops it.
 */
export const traceRequests = (tracer: Tracer): (() => void) =>
  subscribe('undici', (event) => {
    if (event.type !== 'undici.request' || trace.getActiveSpan() === undefined) return
    const { method, origin, status, tookMs, error } = event
    const endTime = Date.now()
    const attributes = {
      'http.request.method': method,
      ...(origin === '' ? {} : { 'server.address': new URL(origin).hostname }),
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
    }
    const span = tracer.startSpan(method || 'HTTP', { kind: SpanKind.CLIENT, startTime: endTime - tookMs, attributes })
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  })
