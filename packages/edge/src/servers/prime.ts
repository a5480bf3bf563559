import type { Meta } from '../eras/message.ts'
import { metaNames, modernVersion } from '../eras/modern.ts'
import type { MadeServer } from './line.ts'
import { sdkV2 } from './sdk.ts'

/** The id of the request that makes a server one of 2026-07-28, which no chain is to see. */
export const primingId = 'millrace.prime'

/** What a server said of itself. */
export interface Primed {
  readonly serverInfo: unknown
}

/**
 * Makes a server of SDK v2 one of 2026-07-28 for one kind of client, by letting the SDK itself serve it a
 * `server/discover`: that sets the revision, the client's capabilities and its name, which the server keeps from then
 * on. Undefined when the SDK refuses the client's description of itself.
 */
export const prime = async ({ server, protocol }: MadeServer, client: Meta): Promise<Primed | undefined> => {
  const { createMcpHandler } = await sdkV2()
  const holder = protocol as { onclose?: (() => void) | undefined; readonly transport?: unknown }
  // The end of this exchange is not the end of the server.
  const { onclose } = holder
  holder.onclose = undefined
  const handler = createMcpHandler(() => server as never, { legacy: 'reject' })
  const body = {
    jsonrpc: '2.0',
    id: primingId,
    method: 'server/discover',
    params: { _meta: { ...pick(client), [metaNames.protocolVersion]: modernVersion } },
  }
  const headers = {
    'content-type': 'application/json',
    'mcp-protocol-version': modernVersion,
    'mcp-method': body.method,
  }
  const request = new Request('http://localhost/mcp', { method: 'POST', headers })
  const response = await handler.fetch(request, { parsedBody: body })
  const answer = (await response.json()) as { readonly result?: { readonly _meta?: Meta } }
  // The exchange closes after its answer; what the SDK has put there by then is its own.
  while (holder.transport !== undefined) await new Promise((resolve) => setImmediate(resolve))
  if (onclose !== undefined) holder.onclose = onclose
  return answer.result === undefined ? undefined : { serverInfo: answer.result._meta?.[metaNames.serverInfo] }
}

const pick = (meta: Meta): Meta => {
  const names = [metaNames.clientInfo, metaNames.clientCapabilities].filter((name) => meta[name] !== undefined)
  return Object.fromEntries(names.map((name) => [name, meta[name]]))
}
