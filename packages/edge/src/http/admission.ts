import type { Cors } from './cors.ts'
import type { HostCheck } from './hosts.ts'
import type { Inbound } from './inbound.ts'
import { unsupportedMediaType } from './refusal.ts'
import type { Refusal } from './refusal.ts'
import type { Reply } from './reply.ts'
import { requestId } from './requestId.ts'

/** What is asked of a request before its body is read. */
export interface AdmissionRules {
  readonly checkHost: HostCheck | undefined
  readonly cors: Cors | undefined
  readonly hasRequestIds: boolean
}

/**
 * Gives the answer its standing headers and says why the request is refused; undefined when it may go on. A preflight
 * is refused with 204.
 */
export const admit = (rules: AdmissionRules, inbound: Inbound, reply: Reply): Refusal | undefined => {
  const { checkHost, cors, hasRequestIds } = rules
  if (hasRequestIds) {
    inbound.requestId = reply.requestId = requestId(inbound.header('x-request-id'))
    reply.headers.push('x-request-id', reply.requestId)
  }
  const { method } = inbound
  if (cors !== undefined) {
    reply.headers.push(...cors.headersFor(inbound))
    if (method === 'OPTIONS') return { status: 204, code: 0, message: '', headers: cors.preflight(inbound) }
  }
  const refusal = checkHost?.(inbound)
  if (refusal !== undefined) return refusal
  return method === 'POST' && !isJson(inbound.header('content-type')) ? unsupportedMediaType : undefined
}

/** Whether a media type is JSON, whatever its parameters. */
export const isJson = (type: string | undefined): boolean => {
  if (type === 'application/json') return true
  return type !== undefined && type.split(';')[0]?.trim().toLowerCase() === 'application/json'
}

/** Whether the client takes both kinds of answer that the protocol has, as SDKs ask of those of 2025. */
export const acceptsBoth = (accept: string | undefined): boolean =>
  accept !== undefined && accept.includes('application/json') && accept.includes('text/event-stream')

/** Whether an answer may become a stream: the client has not said otherwise. */
export const acceptsStream = (accept: string | undefined): boolean =>
  accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*')
