import type { Inbound } from './inbound.ts'

/** Which pages of other sites may call the edge from a browser. */
export interface CorsOptions {
  /** Origins, such as `https://app.example`, exact; `'*'` for all of them. */
  readonly origins: readonly string[] | '*'
  /** How long a browser may remember that, in seconds; an integer ≥ 0. @default 7200 */
  readonly maxAgeSeconds?: number
}

/** What a response to a page carries; nothing for an origin that is not allowed. */
export interface Cors {
  /** Headers of every answer to this request, name and value in turn. */
  headersFor(inbound: Inbound): readonly string[]
  /** Further headers of the answer to a preflight. */
  preflight(inbound: Inbound): readonly string[]
  /** Host names of the allowed origins, which the Origin check lets pass too. */
  readonly hostnames: readonly string[]
}

export const cors = ({ origins, maxAgeSeconds = 7200 }: CorsOptions): Cors => {
  const allowed = origins === '*' ? undefined : new Set(origins)
  const allow = (origin: string | undefined) =>
    origin !== undefined && (allowed === undefined || allowed.has(origin)) ? origin : undefined
  return {
    headersFor: (inbound) => {
      const origin = allow(inbound.header('origin'))
      return origin === undefined
        ? []
        : ['access-control-allow-origin', allowed === undefined ? '*' : origin, ...exposed]
    },
    preflight: (inbound) =>
      allow(inbound.header('origin')) === undefined
        ? []
        : [
            'access-control-allow-methods',
            'POST, GET, DELETE, OPTIONS',
            'access-control-allow-headers',
            inbound.header('access-control-request-headers') ?? 'content-type, authorization, mcp-protocol-version',
            'access-control-max-age',
            String(maxAgeSeconds),
          ],
    hostnames: origins === '*' ? [] : origins.map((origin) => new URL(origin).hostname),
  }
}

// What a client in a browser has to be able to read.
const exposed = [
  'access-control-expose-headers',
  'mcp-session-id, mcp-protocol-version, x-request-id, retry-after, www-authenticate',
  'vary',
  'origin',
]
