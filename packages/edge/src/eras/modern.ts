import type { Inbound } from '../http/inbound.ts'
import { isRecord } from './message.ts'
import type { Meta, Params, RequestMessage } from './message.ts'
import { nameFieldOf } from './methods.ts'

/** The revision without sessions, where every request says who its client is. */
export const modernVersion = '2026-07-28'

export const metaNames = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const

/** Whether a message says that it is of 2026-07-28 or later, or its headers do. */
export const claimsModern = (inbound: Inbound, body: unknown): boolean => {
  const version = inbound.header('mcp-protocol-version')
  if (version !== undefined && version >= modernVersion) return true
  const params = isRecord(body) ? body['params'] : undefined
  const meta = isRecord(params) ? params['_meta'] : undefined
  return isRecord(meta) && metaNames.protocolVersion in meta
}

/**
 * Whether headers and body of a request of 2026-07-28 agree in every respect that the protocol names, so that nothing
 * is left to refuse before the server sees it. What does not is for the SDK to refuse.
 */
export const isInOrder = (inbound: Inbound, { method, params }: RequestMessage): boolean => {
  const meta = params?._meta
  if (meta === undefined || meta[metaNames.protocolVersion] !== modernVersion || !hasOnlyKnown(meta)) return false
  if (inbound.header('mcp-protocol-version') !== modernVersion || inbound.header('mcp-method') !== method) return false
  const field = nameFieldOf(method)
  if (field === null) return true
  const name = field === undefined ? undefined : params?.[field]
  return typeof name === 'string' && inbound.header('mcp-name') === name
}

/** Who the client is, as text: requests with one identity may share a server. Undefined for one that is too large. */
export const identityOf = (meta: Meta): string | undefined => {
  try {
    const identity = JSON.stringify([meta[metaNames.clientInfo], meta[metaNames.clientCapabilities]])
    return identity.length > maxIdentity ? undefined : identity
  } catch {
    // What can be read may be nested too deeply to be written.
    return undefined
  }
}

/** What SDK v2 takes out of a request before a handler sees it. */
export interface Lifted {
  readonly params: Params
  readonly envelope: Meta
  readonly inputResponses: unknown
  readonly requestState: unknown
}

/** The parameters as handlers and middleware see them, and what was lifted out of them. */
export const liftEnvelope = (given: Params): Lifted => {
  const { _meta = {}, inputResponses, requestState, ...params } = given
  const envelope: { [name: string]: unknown } = {}
  const rest: { [name: string]: unknown } = {}
  let hasRest = false
  for (const name in _meta) {
    if (known.has(name)) envelope[name] = _meta[name]
    else {
      rest[name] = _meta[name]
      hasRest = true
    }
  }
  return { params: hasRest ? { ...params, _meta: rest } : params, envelope, inputResponses, requestState }
}

/** The parameters as they go to the SDK, after middleware has changed what `liftEnvelope` showed it. */
export const lowerEnvelope = (params: Params, lifted: Lifted): Params => ({
  ...params,
  _meta: { ...params._meta, ...lifted.envelope },
  ...(lifted.inputResponses === undefined ? {} : { inputResponses: lifted.inputResponses }),
  ...(lifted.requestState === undefined ? {} : { requestState: lifted.requestState }),
})

const hasOnlyKnown = (meta: Meta): boolean => {
  const level = meta[metaNames.logLevel]
  if (level !== undefined && !levels.has(level as string)) return false
  for (const name in meta) if (name.startsWith('io.modelcontextprotocol/') && !known.has(name)) return false
  return true
}

const known: ReadonlySet<string> = new Set([
  metaNames.protocolVersion,
  metaNames.clientInfo,
  metaNames.clientCapabilities,
  metaNames.logLevel,
])

const levels: ReadonlySet<string> = new Set([
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
])

const maxIdentity = 4096
