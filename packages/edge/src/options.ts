import { arrayOf, boolean, checkOptions, either, func, having, integer, off, oneOf, record } from '@millrace/core'
import type { Check, Clock, Middleware } from '@millrace/core'
import type { AuthInfo } from '@millrace/mcp'
import type { CorsOptions } from './http/cors.ts'
import { sessionChecks } from './sessions/options.ts'
import type { SessionOptions } from './sessions/options.ts'

/** Options of `edge`. */
export interface EdgeOptions {
  /** Middleware inside what `createServer` attaches with `use`, outermost first. @default none */
  readonly middleware?: readonly Middleware[]
  /**
   * Says who calls: `AuthInfo` as both SDKs hand it to handlers, undefined for anonymous, or a `Response` that refuses
   * (SDK v2's `requireBearerAuth` gives one). Throwing refuses too: a `Response`, an error of OAuth of either SDK (with
   * that SDK's status), or what `jose` and `jsonwebtoken` say of a token (401). Any other error is answered with 500 and
   * goes to `onError`.
   * @default what an earlier layer left in `req.auth`
   */
  readonly authenticate?: Authenticate
  /** Keeps sessions for clients of 2025, so that servers can ask them things. @default false: every request by itself */
  readonly sessions?: SessionOptions | boolean
  /**
   * Host names that `Host` may have, without ports; `false` for any.
   * @default localhost alone for requests to a loopback address, any for others
   */
  readonly hosts?: readonly string[] | false
  /** Further host names that `Origin` may have, where hosts are checked. @default none */
  readonly origins?: readonly string[]
  /** Lets pages of other sites call from a browser. @default false */
  readonly cors?: CorsOptions | false
  /** Largest body of a request, in bytes; an integer ≥ 1. @default 4 MiB */
  readonly maxBodyBytes?: number
  /** Smallest answer that is compressed, in bytes; `false` for none. @default 1024 */
  readonly compressFromBytes?: number | false
  /**
   * How long a call may be silent before its answer becomes a stream that shows proxies it still runs, in
   * milliseconds; an integer ≥ 1, or `Infinity`. @default 15_000
   */
  readonly keepAliveMs?: number
  /**
   * How long a client may take nothing of an answer that waits for it, before its connection ends, in milliseconds; an
   * integer ≥ 1, or `Infinity`. Not through `fetch`, where that is for whoever has the connection. @default 60_000
   */
  readonly stalledMs?: number
  /**
   * Gives every request an `X-Request-Id`, its caller's own or a new one, which the answer carries, the handler finds
   * among the headers, and events name. @default true
   */
  readonly requestIds?: boolean
  /**
   * How a refusal of middleware is answered that is a JSON-RPC error: as any other with 200, or with `http` as 429 or
   * 503 and `Retry-After`, which load balancers understand. @default 'rpc'
   */
  readonly refusals?: 'rpc' | 'http'
  /** One server for many clients. @default true for a `createServer` that takes no context */
  readonly shared?: boolean
  /** Where changes come from that subscribers are told (SDK v2's `ServerEventBus`). @default this process alone */
  readonly bus?: object
  /** Most subscriptions at a time; an integer ≥ 1. @default 1024 */
  readonly maxSubscriptions?: number
  /**
   * Gets what went wrong outside any call: a `createServer` that throws, an `authenticate` that cannot find out who calls,
   * an answer that breaks off. @default none: the first of them is a warning of the process
   */
  readonly onError?: (error: unknown) => void
  /** The time that keep-alive and sessions live in. @default systemClock */
  readonly clock?: Clock
}

/** @param request the request without its body */
export type Authenticate = (request: Request) => Identified | Promise<Identified>

/** Who calls, nobody in particular, or a refusal. */
export type Identified = AuthInfo | Response | undefined

/**
 * @param more what `factory` has besides
 * @throws TypeError when an option makes no sense
 */
export const checkEdgeOptions = (
  options: EdgeOptions,
  factory = 'edge',
  more: { readonly [option: string]: Check } = {},
): void => {
  checkOptions(factory, options, { ...more, ...checks })
  if (options.cors) {
    checkOptions(`${factory}.cors`, options.cors, {
      origins: either(oneOf('*'), arrayOf(isOrigin, 'origins such as https://app.example')),
      maxAgeSeconds: integer({ min: 0 }),
    })
    if (options.cors.origins === undefined)
      throw new TypeError(`${factory}.cors.origins is missing: give origins or '*'`)
  }
  if (typeof options.sessions === 'object') checkOptions(`${factory}.sessions`, options.sessions, sessionChecks)
}

const hostName: Check = (value) =>
  typeof value === 'string' && URL.canParse(`http://${value}`) && hostNameOf(value) === value.toLowerCase()
    ? undefined
    : 'a host name'

// Nobody says `*` as a host, nor means it.
const hostNameOf = (value: string): string => new URL(`http://${value}`).hostname.replaceAll('*', '')

const hostNames = arrayOf(hostName, 'host names such as api.example, without scheme or port')

const checks: { readonly [option: string]: Check } = {
  middleware: arrayOf(func, 'middleware functions'),
  authenticate: func,
  sessions: either(boolean, record),
  hosts: either(hostNames, off),
  origins: hostNames,
  cors: either(record, off),
  maxBodyBytes: integer({ min: 1 }),
  compressFromBytes: either(integer({ min: 0 }), off),
  keepAliveMs: integer({ min: 1, unlimited: true }),
  stalledMs: integer({ min: 1, unlimited: true }),
  requestIds: boolean,
  refusals: oneOf('rpc', 'http'),
  shared: boolean,
  bus: having('an event bus', 'publish', 'subscribe'),
  maxSubscriptions: integer({ min: 1 }),
  onError: func,
  clock: having('a clock', 'now', 'after'),
}

const isOrigin = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value ? undefined : 'an origin'
