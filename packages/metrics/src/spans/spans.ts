import { asMiddleware, boolean, causeOf, checkOptions, having, outcomeOf, outcomeOfThrown } from '@millrace/core'
import type { Call, Middleware, Outcome, Result } from '@millrace/core'
import { context, createTraceState, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { Context, Link, Span, Tracer } from '@opentelemetry/api'
import { traceContextOf } from '../trace/traceContextOf.ts'
import { attributesOf, errorTypeOf } from './attributes.ts'
import { traceCommands } from './commands.ts'
import { traceQueries } from './queries.ts'
import { traceRequests } from './requests.ts'

/** Options of `spans`. */
export interface SpansOptions {
  /** What makes spans. @default the tracer `@millrace/metrics` of the registered provider */
  readonly tracer?: Tracer | undefined
  /**
   * Whether requests of HTTP pools, queries of PostgreSQL pools and commands to Redis become spans inside the call's.
   * @default true
   */
  readonly requests?: boolean | undefined
}

/** Spans: a middleware that makes one for each call. */
export interface Spans extends Middleware {
  readonly stage: 'metrics'
  /** Makes no more spans of requests, queries and commands. Calls are still traced. */
  close(): void
}

/**
 * Makes a span of kind server for each call, named and labelled as the semantic conventions for MCP say. Its parent is
 * the span that `traceparent` names, in `_meta` or else in the headers; a span that is active by then is linked. What
 * the handler does runs inside it.
 *
 * @throws TypeError when an option makes no sense
 */
export const spans = (options: SpansOptions = {}): Spans => {
  checkOptions('spans', options, { tracer: having('a tracer', 'startSpan'), requests: boolean })
  const { tracer = trace.getTracer('@millrace/metrics'), requests = true } = options
  const ends = requests ? [traceRequests(tracer), traceQueries(tracer), traceCommands(tracer)] : []
  return asMiddleware(
    (call, next) => {
      const { parent, links } = originOf(call)
      const attributes = attributesOf(call)
      const span = tracer.startSpan(call.operation, { kind: SpanKind.SERVER, attributes, links }, parent)
      const threw = (error: unknown): never => {
        end(span, outcomeOfThrown(error, call), error)
        throw error
      }
      let answer: Promise<Result>
      try {
        answer = context.with(trace.setSpan(parent, span), () => next(call))
      } catch (error) {
        return threw(error)
      }
      return answer.then((result) => {
        end(span, outcomeOf(result, call), result && causeOf(result))
        return result
      }, threw)
    },
    {
      stage: 'metrics',
      close: () => {
        for (const end of ends) end()
      },
    },
  )
}

const originOf = (call: Call): { readonly parent: Context; readonly links: Link[] } => {
  const active = context.active()
  const said = traceContextOf(call)
  if (said === undefined) return { parent: active, links: [] }
  const { traceId, spanId, flags, state } = said
  const traceState = state === undefined ? {} : { traceState: createTraceState(state) }
  const parent = { traceId, spanId, traceFlags: flags, isRemote: true, ...traceState }
  const around = trace.getSpanContext(active)
  const isOther = around !== undefined && around.spanId !== spanId
  return { parent: trace.setSpanContext(active, parent), links: isOther ? [{ context: around }] : [] }
}

// What an error says is left out: it may name hosts, users or arguments.
const end = (span: Span, outcome: Outcome, error: unknown): void => {
  const errorType = errorTypeOf(outcome, error)
  if (errorType !== undefined) {
    span.setAttribute('error.type', errorType)
    span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}
