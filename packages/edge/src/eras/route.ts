import { acceptsBoth, acceptsStream } from '../http/admission.ts'
import type { Inbound } from '../http/inbound.ts'
import { notAcceptable, notAllowed } from '../http/refusal.ts'
import type { Refusal } from '../http/refusal.ts'
import { legacyVersions } from '../servers/sdk.ts'
import { isNotification, isRecord, isRequest } from './message.ts'
import type { Meta, RequestMessage } from './message.ts'
import { isShareable } from './methods.ts'
import { claimsModern, identityOf, isInOrder } from './modern.ts'

/** Who answers a request. */
export type Route =
  /** A shared server. */
  | {
      readonly to: 'shared'
      readonly message: RequestMessage
      /** Names the server: requests with one key share it. */
      readonly key: string
      /** Who the client is; undefined for the revisions of 2025. */
      readonly client: Meta | undefined
      readonly mayStream: boolean
    }
  /** The SDK: its entry for 2026-07-28, a server made for this request, or the session that is named. */
  | { readonly to: 'modern' | 'stateless' | 'newSession' }
  | { readonly to: 'session'; readonly id: string }
  /** Nobody: there is nothing to answer. */
  | { readonly to: 'nobody' }
  | { readonly to: 'refusal'; readonly refusal: Refusal }

/** What routes depend on besides the request. */
export interface Routing {
  readonly isV2: boolean
  readonly hasSessions: boolean
  /** Whether servers may be shared. */
  readonly isShared: boolean
}

/**
 * Decides who answers. A shared server gets what is certain to be in order; everything else goes to the SDK, whose
 * refusals are the right ones.
 *
 * @param body the parsed body of a POST; undefined for other methods
 */
export const routeOf = (inbound: Inbound, body: unknown, routing: Routing): Route =>
  routing.isV2 && inbound.method === 'POST' && claimsModern(inbound, body)
    ? modernRoute(inbound, body, routing)
    : legacyRoute(inbound, body, routing)

const modernRoute = (inbound: Inbound, body: unknown, { isShared }: Routing): Route => {
  if (!isShared || !isRequest(body) || !isShareable(body.method) || !isInOrder(inbound, body)) return toModern
  const client = body.params?._meta ?? {}
  const key = identityOf(client)
  if (key === undefined) return toModern
  return { to: 'shared', message: body, key, client, mayStream: acceptsStream(inbound.header('accept')) }
}

const legacyRoute = (inbound: Inbound, body: unknown, { hasSessions, isShared }: Routing): Route => {
  const id = inbound.header('mcp-session-id')
  if (hasSessions && id !== undefined && sessionMethods.has(inbound.method)) return { to: 'session', id }
  if (inbound.method !== 'POST') return hasSessions ? notAllowedWithSessions(inbound) : notAllowedWithout
  if (!acceptsBoth(inbound.header('accept'))) return { to: 'refusal', refusal: notAcceptable }
  if (isRecord(body) && body['method'] === 'initialize' && hasSessions) return { to: 'newSession' }
  const version = inbound.header('mcp-protocol-version')
  if (version !== undefined && !legacyVersions.has(version)) return toStateless
  if (isFutile(body)) return { to: 'nobody' }
  if (!isShared || !isRequest(body) || !isShareable(body.method) || body.params?.['task'] !== undefined)
    return toStateless
  return { to: 'shared', message: body, key: 'legacy', client: undefined, mayStream: true }
}

/** What has nobody to reach where no session is named: word of other requests, and answers to questions never asked. */
const isFutile = (body: unknown): boolean =>
  (isNotification(body) && (body.method === 'notifications/cancelled' || body.method === 'notifications/progress')) ||
  (isRecord(body) && body['jsonrpc'] === '2.0' && 'id' in body && ('result' in body || 'error' in body))

const notAllowedWithSessions = ({ method }: Inbound): Route =>
  sessionMethods.has(method)
    ? {
        to: 'refusal',
        refusal: { status: 400, code: -32000, message: 'Bad Request: Mcp-Session-Id header is required' },
      }
    : { to: 'refusal', refusal: notAllowed('GET, POST, DELETE') }

const notAllowedWithout: Route = { to: 'refusal', refusal: notAllowed('POST') }

const toModern: Route = { to: 'modern' }
const toStateless: Route = { to: 'stateless' }

const sessionMethods: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE'])
