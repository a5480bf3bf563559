import { kindOf } from '@millrace/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Endpoint } from './endpoint.ts'
import type { EdgeStats } from './endpoint.ts'
import type { Notifier } from './handover/modern.ts'
import { checkEdgeOptions } from './options.ts'
import type { EdgeOptions } from './options.ts'
import type { CreateServer } from './servers/line.ts'

/** An MCP endpoint over Streamable HTTP. */
export interface Edge {
  /**
   * Answers a request of `node:http`, or of a framework: `app.all('/mcp', edge.handler)` in Express.
   *
   * @param body where a framework has read it: its text, its bytes, or the parsed message. @default `request.body`, else
   *   it is read
   */
  readonly handler: (request: IncomingMessage, response: ServerResponse, body?: unknown) => void
  /**
   * Answers a request of the web: `app.all('/mcp', (c) => edge.fetch(c.req.raw))` in Hono.
   *
   * @param authInfo who calls, where an earlier layer knows that
   */
  fetch(request: Request, authInfo?: object): Promise<Response>
  /** Tells subscribers what has changed, and has servers made anew, so that they register what there is now. */
  readonly notify: Notifier
  /** What is going on at present. */
  stats(): EdgeStats
  /**
   * Takes no further requests (503), waits for the answers under way, and ends every session, stream and server.
   *
   * @param drainMs how long to wait, in milliseconds. @default 10_000
   */
  close(drainMs?: number): Promise<void>
}

/**
 * Serves the MCP server that `createServer` makes, of either SDK line, to both protocol eras at one address. Requests
 * that stand by themselves are answered by one shared server; sessions, streams and subscriptions by the SDK's own
 * transports.
 *
 * @param createServer makes an `McpServer` or low-level `Server`; middleware attached to it with `use` runs before the
 *   SDK sees a request
 * @throws TypeError when an option makes no sense
 */
export const edge = (createServer: CreateServer, options: EdgeOptions = {}): Edge => {
  if (typeof createServer !== 'function') {
    throw new TypeError(`edge: expected a function that makes a server, got ${kindOf(createServer)}`)
  }
  checkEdgeOptions(options)
  const endpoint = new Endpoint(createServer, options)
  return {
    handler: (request, response, body) => endpoint.handle(request, response, body),
    fetch: (request, authInfo) => endpoint.fetch(request, authInfo),
    notify: endpoint.notify,
    stats: () => endpoint.stats(),
    close: (drainMs) => endpoint.close(drainMs),
  }
}
