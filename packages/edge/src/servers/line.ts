import type { AnyServer } from '@millrace/mcp'
import { partsOf } from '@millrace/mcp/door'
import type { ServerParts } from '@millrace/mcp/door'
import type { SdkTransport } from '../exchange/transport.ts'

/** Makes a server, at once or in a while. A function that takes the context is given one server for each request. */
export type CreateServer = (context?: ServerContext) => AnyServer | Promise<AnyServer>

/** For whom a server is made; SDK v2 calls it `McpRequestContext`. */
export interface ServerContext {
  readonly era: 'modern' | 'legacy'
  readonly authInfo?: unknown
  /** The request that it will serve first, without its body. */
  readonly requestInfo?: Request
}

/** A server as `createServer` made it, taken apart. */
export interface MadeServer extends ServerParts {
  readonly server: ConnectableServer
  readonly isV2: boolean
}

/** What the edge does with a server itself. */
export interface ConnectableServer {
  setRequestHandler?: never
  connect(transport: SdkTransport): Promise<void>
  close(): Promise<void>
}

/** @throws TypeError when `createServer` gave something else than a server, or one that serves somebody already */
export const takeApart = (server: unknown): MadeServer => {
  const parts = partsOf(server, 'edge: createServer')
  const { transport } = parts.protocol as { readonly transport?: unknown }
  if (transport !== undefined) {
    throw new TypeError('edge: createServer must make a new server each time, got one that is connected already')
  }
  return { ...parts, server: server as ConnectableServer, isV2: isV2(server) }
}

// The one public method of the protocol object that only SDK v2 has.
const isV2 = (server: unknown): boolean => {
  const { server: inner = server } = server as { readonly server?: unknown }
  return (
    typeof (inner as { readonly getNegotiatedProtocolVersion?: unknown }).getNegotiatedProtocolVersion === 'function'
  )
}
