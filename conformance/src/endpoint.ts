import type { IncomingMessage, ServerResponse } from 'node:http'

/** What answers MCP over HTTP for one variant of one SDK line. */
export interface Endpoint {
  /** Answers one request to the MCP path. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Ends every open session and stream. */
  close(): Promise<void>
}
