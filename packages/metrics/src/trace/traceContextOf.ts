import type { Call } from '@millrace/core'
import { traceContext } from './traceContext.ts'
import type { TraceContext } from './traceContext.ts'

/**
 * The trace that a call belongs to: what its `_meta` says (SEP-414), else what the headers of its HTTP request do.
 * Undefined when neither says it well. On SDK v2 asking for headers makes the web `Request` that the edge would
 * otherwise spare, some 10 µs.
 */
export const traceContextOf = (call: Call): TraceContext | undefined => {
  const said = statedTraceOf(call)
  if (said !== undefined) return said
  const headers = (call.sdk as Context)?.http?.req?.headers
  return typeof headers?.get === 'function'
    ? traceContext(headers.get('traceparent'), headers.get('tracestate'))
    : undefined
}

/** The same as far as it costs nothing to know: all but the headers of SDK v2. */
export const statedTraceOf = (call: Call): TraceContext | undefined => {
  const sdk = call.sdk as Context
  const meta = (call.params as Params)?._meta ?? sdk?.mcpReq?._meta
  const said = traceContext(meta?.traceparent, meta?.tracestate)
  if (said !== undefined) return said
  const headers = sdk?.requestInfo?.headers
  return traceContext(headers?.['traceparent'], headers?.['tracestate'])
}

/** The id of the trace whose caller has it recorded, for exemplars. */
export const sampledTraceOf = (call: Call): string | undefined => {
  const trace = statedTraceOf(call)
  return trace?.isSampled === true ? trace.traceId : undefined
}

interface Fields {
  readonly [name: string]: unknown
}

type Params = { readonly _meta?: Meta | null } | null | undefined

interface Meta {
  readonly traceparent?: unknown
  readonly tracestate?: unknown
}

/** `extra` of SDK v1 and `ctx` of SDK v2, as far as they say where a call comes from. */
type Context =
  | {
      readonly mcpReq?: { readonly _meta?: Meta | null }
      readonly requestInfo?: { readonly headers?: Fields }
      readonly http?: { readonly req?: { readonly headers?: { get?(name: string): unknown } } }
    }
  | null
  | undefined
