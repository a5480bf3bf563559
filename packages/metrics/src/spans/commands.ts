import { subscribe } from '@millrace/core'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Attributes, Tracer } from '@opentelemetry/api'

/**
 * Makes a span of each command to Redis, inside the span of whoever sent it, as the semantic conventions for Redis name it
 * (OpenTelemetry, database client calls). Keys and values are left out. Returns what stops it.
 */
export const traceCommands = (tracer: Tracer): (() => void) =>
  subscribe('redis', (event) => {
    if (event.type !== 'redis.command' || trace.getActiveSpan() === undefined) return
    const { connection, operation, size, tookMs, error } = event
    const endTime = Date.now()
    const attributes = {
      'db.system.name': 'redis',
      'db.operation.name': operation,
      'db.client.connection.pool.name': connection,
      // One command is no batch.
      ...(size > 1 ? { 'db.operation.batch.size': size } : {}),
      ...failureOf(error),
    }
    const span = tracer.startSpan(operation, { kind: SpanKind.CLIENT, startTime: endTime - tookMs, attributes })
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  })

/** What Redis answers with begins with a word for it; what the driver says does not, and its messages may hold hosts. */
const failureOf = (error: unknown): Attributes => {
  if (error === undefined) return {}
  const { name, code, message = '' } = (error ?? {}) as { readonly [part in 'name' | 'code' | 'message']?: string }
  const [status] = name === 'ReplyError' ? (/^[A-Z]+(?= )/.exec(message) ?? []) : []
  if (status !== undefined) return { 'error.type': status, 'db.response.status_code': status }
  return { 'error.type': code ?? name ?? '_OTHER' }
}
