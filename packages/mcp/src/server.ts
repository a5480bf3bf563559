import { kindOf } from '@millrace/core'
import { registeredFor } from './internals.ts'
import type { Registered } from './internals.ts'

/** What `use` accepts: an `McpServer` or a low-level `Server`, of SDK v1 or v2, whichever copy of it. */
export type AnyServer = AnyMcpServer | AnyProtocol

/** The part of an `McpServer` that tells it apart. Structural: two copies of an SDK have two nominal types. */
export interface AnyMcpServer {
  readonly server: AnyProtocol
}

/** The part of a low-level `Server` that tells it apart. */
export interface AnyProtocol {
  setRequestHandler: (...args: never[]) => unknown
}

/** A server taken apart. */
export interface ServerParts {
  /** What dispatches requests: the low-level server. */
  readonly protocol: AnyProtocol
  /** The `McpServer` around it; undefined when the low-level server was given. */
  readonly mcpServer: AnyMcpServer | undefined
}

/** What the `McpServer` has registered for a target; undefined for a low-level server. */
export const registeredOf = (
  { mcpServer }: ServerParts,
  method: string,
  target: string | undefined,
): Registered | undefined =>
  mcpServer === undefined || target === undefined ? undefined : registeredFor(mcpServer, method, target)

/**
 * @param rest what else `caller` was given
 * @throws TypeError when `server` is not a server of either SDK.
 */
export const partsOf = (server: unknown, caller: string, rest: readonly unknown[] = []): ServerParts => {
  if (isProtocol(server)) return { protocol: server, mcpServer: undefined }
  const inner = isObject(server) ? server['server'] : undefined
  if (isProtocol(inner)) return { protocol: inner, mcpServer: server as AnyMcpServer }
  if (rest.some((one) => isProtocol(one) || (isObject(one) && isProtocol(one['server'])))) {
    throw new TypeError(
      `${caller}: the server comes first, ${caller}(server, ...middleware); got ${describe(server)} before it`,
    )
  }
  throw new TypeError(
    `${caller}: expected an McpServer or Server of @modelcontextprotocol/sdk or @modelcontextprotocol/server, got ${describe(server)}`,
  )
}

const isProtocol = (value: unknown): value is AnyProtocol =>
  isObject(value) && typeof value['setRequestHandler'] === 'function' && typeof value['connect'] === 'function'

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  value !== null && typeof value === 'object'

/** What a value is, for a message. */
export const describe = (value: unknown): string => {
  if (typeof value === 'function' && ('stage' in value || 'parts' in value)) return 'a middleware'
  if (typeof value === 'function') return 'a function (was the server meant that it makes?)'
  if (value === null || typeof value !== 'object') return kindOf(value)
  if (typeof (value as { readonly then?: unknown }).then === 'function') return 'a promise (await it first)'
  if (isHandler(value)) {
    return 'a handler of createMcpHandler (call use inside the function that makes its servers)'
  }
  const name = (value.constructor as { readonly name?: string } | undefined)?.name
  return name === undefined || name === 'Object' ? 'a plain object' : `an instance of ${name}`
}

/** What `createMcpHandler` of SDK v2 gives. */
const isHandler = (value: object): boolean => ['fetch', 'close', 'notify', 'bus'].every((name) => name in value)
