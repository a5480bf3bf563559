import { completed } from '../http/completed.ts'
import { takeApart } from '../servers/line.ts'
import type { CreateServer, MadeServer } from '../servers/line.ts'
import { sdkV1, sdkV2 } from '../servers/sdk.ts'

/** What goes with a request that an SDK answers. */
export interface HandedOver {
  readonly authInfo?: unknown
  readonly parsedBody?: unknown
}

/** The part of both SDKs' HTTP transport that the edge uses. */
export interface WebTransport {
  readonly sessionId?: string | undefined
  handleRequest(request: Request, options?: { authInfo?: never; parsedBody?: unknown }): Promise<Response>
  close(): Promise<void>
}

/** Options of that transport which the edge sets. */
export interface WebTransportOptions {
  readonly sessionIdGenerator: (() => string) | undefined
  readonly onsessioninitialized?: (id: string) => void
  readonly eventStore?: unknown
  readonly retryInterval?: number
  readonly keepAliveMs?: number
}

/** A transport of the line that a server is of. */
export const webTransport = async ({ isV2 }: MadeServer, options: WebTransportOptions): Promise<WebTransport> => {
  const { WebStandardStreamableHTTPServerTransport: Transport } = await (isV2 ? sdkV2() : sdkV1())
  return new (Transport as unknown as new (options: WebTransportOptions) => WebTransport)(options)
}

/**
 * Lets the SDK answer one request of 2025 with a server and a transport of its own, as its documentation has it: for
 * what a shared server must not do, and for whatever is to be refused.
 */
export const serveStateless = async (
  create: CreateServer,
  request: Request,
  { authInfo, parsedBody }: HandedOver,
  keepAliveMs: number,
): Promise<Response> => {
  const made = takeApart(await create({ era: 'legacy', authInfo, requestInfo: request }))
  const transport = await webTransport(made, { sessionIdGenerator: undefined, keepAliveMs })
  await made.server.connect(transport as never)
  const close = () => void made.server.close().catch(() => {})
  if (request.signal.aborted) setImmediate(close)
  else request.signal.addEventListener('abort', close, { once: true })
  try {
    const response = await transport.handleRequest(request, { authInfo: authInfo as never, parsedBody })
    // A notification's handler starts in the next turn.
    if (response.body === null) setImmediate(close)
    return response.body === null ? response : completed(response, close)
  } catch (error) {
    close()
    throw error
  }
}
