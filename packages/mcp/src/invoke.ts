import type { Call, Result } from '@millrace/core'
import { callerOf } from './context.ts'
import type { AuthInfo, SdkContext } from './context.ts'
import { isModernVersion, versionFor } from './era.ts'
import { handlerTableOf } from './internals.ts'
import type { StoredHandler } from './internals.ts'
import { describe, partsOf } from './server.ts'
import type { AnyServer } from './server.ts'
import type { ServerCall } from './serverCall.ts'
import { outermostOf } from './toolNames.ts'

/** A request to run on a server without a client. */
export interface Invocation {
  readonly method: string
  readonly params?: { readonly [key: string]: unknown } | undefined
  /**
   * The protocol version of the client that would send it. Clients of 2026-07-28 have cache entries of their own, and a
   * server speaks either that or what was before: one without a client is bound by its first request. Given a call,
   * the request is of that call's. @default what the server speaks with its client, a version before 2026-07-28 without
   */
  readonly protocolVersion?: string | undefined
}

/** As whom to run it. */
export interface InvokeOptions {
  /** What the SDK's authentication would have left. @default anonymous; the caller of the call that was given */
  readonly authInfo?: AuthInfo
  /** @default one that never aborts; that of the call that was given */
  readonly signal?: AbortSignal
}

/**
 * Runs a request through a server's handlers and the middleware around them, as if a client had sent it: to warm a
 * cache, or in tests. Nothing goes over a transport; progress and logs are dropped, questions to the client fail.
 *
 * Given a call instead of a server, the request goes to the server that the call is on its way through, and comes from
 * the same caller: a middleware can call further tools on the caller's behalf. It is cancelled with that call.
 *
 * @throws what the handler throws; an Error with code −32601 when there is no handler for the method, or for a protocol
 *   version that the server does not speak; a TypeError for what is no request, and for a call that came through no `use(server, …)`
 */
export const invoke = async (
  target: AnyServer | Call,
  request: Invocation,
  options: InvokeOptions = {},
): Promise<Result> => {
  if (typeof (request as Partial<Invocation> | null | undefined)?.method !== 'string') {
    const got = typeof request === 'string' ? `'${String(request)}'` : describe(request)
    throw new TypeError(
      `invoke: expected a request such as { method: 'tools/call', params: { name: 'search' } }, got ${got}`,
    )
  }
  const call = requestOf(target)
  const handler = call === undefined ? handlerIn(target as AnyServer, request.method) : call.handlerOf(request.method)
  if (handler === undefined) {
    throw Object.assign(new Error(`invoke: the server has no handler for ${request.method}`), { code: -32601 })
  }
  const { method, params = {} } = request
  const version =
    call === undefined ? versionFor(partsOf(target, 'invoke').protocol, request.protocolVersion) : undefined
  const { signal = call === undefined ? new AbortController().signal : (target as Call).signal } = options
  const context = contextFor(request, { ...options, signal }, call && callerOf(call.sdk), version)
  return (await handler({ method, params }, context)) as Result
}

/** The call that a server's table made; undefined for a server. */
const requestOf = (target: AnyServer | Call): ServerCall | undefined => {
  if (target === null || typeof target !== 'object' || !('operation' in target)) return undefined
  const call = outermostOf(target)
  if (call !== undefined) return call
  throw new TypeError('invoke: the call came through no use(server, …), so its server is not known')
}

const handlerIn = (server: AnyServer, method: string): StoredHandler | undefined => {
  const table = handlerTableOf(partsOf(server, 'invoke').protocol)
  if (table === undefined)
    throw new Error('invoke: this version of the MCP SDK keeps its handlers in a place Millrace does not know')
  return table.get(method)
}

// What both SDK lines hand to handlers, in one object where it is not known which line it is for: each reads its own
// fields of it, `mcpReq` being v2's.
const contextFor = (
  { method, params }: Invocation,
  { authInfo, signal }: InvokeOptions,
  caller: SdkContext | undefined,
  version: string | undefined,
): SdkContext => {
  const shared = { signal, _meta: params?.['_meta'] }
  const flat = { ...shared, requestId: 'invoke', sendNotification: nothing, sendRequest: nobody }
  const mcpReq = {
    ...(caller?.['mcpReq'] as object | undefined),
    ...shared,
    ...(isModernVersion(version) ? { envelope: { ...envelope, [versionKey]: version } } : {}),
    id: 'invoke',
    method,
    inputResponses: undefined,
    requestState: () => undefined,
    notify: nothing,
    log: nothing,
    send: nobody,
    elicitInput: nobody,
    requestSampling: nobody,
  }
  const own = caller === undefined ? { ...flat, mcpReq } : 'mcpReq' in caller ? { mcpReq } : flat
  const http = { ...caller?.['http'], authInfo }
  return { ...caller, ...own, ...(authInfo === undefined ? {} : { authInfo, http }) }
}

// What a client of 2026-07-28 says of itself with every request (specification, basic/index, "_meta").
const versionKey = 'io.modelcontextprotocol/protocolVersion'
const envelope = {
  'io.modelcontextprotocol/clientInfo': { name: 'invoke', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

const nothing = () => Promise.resolve()
const nobody = () => Promise.reject(new Error('There is no client to ask: the request was made by invoke'))
