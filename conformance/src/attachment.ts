import type { Middleware } from '@millrace/core'
import { type AnyServer, use } from '@millrace/mcp'
import type { Variant } from './variants.ts'

/** Puts a variant's middleware around a server's handlers and returns the server. */
export type Attach = <Server extends AnyServer>(server: Server) => Server

/** How many calls a chain has seen, and how many of them came out at its other end. */
export interface Calls {
  readonly seen: number
  readonly handled: number
}

/** A variant's middleware, made once for a process, and what has passed through it. */
export interface Attachment {
  readonly attach: Attach
  calls(): Calls
}

/**
 * Makes the middleware of a variant between two counters, which show that it is really in the way of the calls: a
 * variant that is attached to nothing would score like the bare server.
 */
export function attachment(variant: Variant): Attachment {
  const chain = variant.chain()
  let seen = 0
  let handled = 0
  const before: Middleware = (call, next) => {
    seen += 1
    return next(call)
  }
  const after: Middleware = (call, next) => {
    handled += 1
    return next(call)
  }
  return {
    attach: (server) => (chain.length === 0 ? server : use(server, before, ...chain, after)),
    calls: () => ({ seen, handled }),
  }
}
