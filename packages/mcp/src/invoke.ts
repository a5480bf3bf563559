import type { Result } from '@millrace/core'
import type { AuthInfo, SdkContext } from './context.ts'
import { handlerTableOf } from './internals.ts'
import { partsOf } from './server.ts'
import type { AnyServer } from './server.ts'

/** A request to run on a server without a client. */
export interface Invocation {
  readonly method: string
  readonly params?: { readonly [key: string]: unknown } | undefined
}

/** As whom to run it. */
export interface InvokeOptions {
  /** What the SDK's authentication would have left. @default anonymous */
  readonly authInfo?: AuthInfo
  readonly signal?: AbortSignal
}

/**
 * Runs a request through a server's handlers and the middleware around them, as if a client had sent it: to warm a
 * cache, or in tests. Nothing goes over a transport; progress and logs are dropped, questions to the client fail.
 *
 * @throws what the handler throws; an Error with code −32601 when there is no handler for the method
 */
export const invoke = async (server: AnyServer, request: Invocation, options: InvokeOptions = {}): Promise<Result> => {
  const { protocol } = partsOf(server, 'invoke')
  const table = handlerTableOf(protocol)
  if (table === undefined)
    throw new Error('invoke: this version of the MCP SDK keeps its handlers in a place Millrace does not know')
  const handler = table.get(request.method)
  if (handler === undefined) {
    throw Object.assign(new Error(`invoke: the server has no handler for ${request.method}`), { code: -32601 })
  }
  return (await handler({ ...request, params: request.params ?? {} }, contextFor(request.method, options))) as Result
}

// What both SDK lines hand to handlers, in one object: each reads its own fields of it.
const contextFor = (
  method: string,
  { authInfo, signal = new AbortController().signal }: InvokeOptions,
): SdkContext => ({
  signal,
  requestId: 'invoke',
  authInfo,
  sendNotification: nothing,
  sendRequest: nobody,
  mcpReq: {
    id: 'invoke',
    method,
    signal,
    requestState: () => undefined,
    notify: nothing,
    log: nothing,
    send: nobody,
    elicitInput: nobody,
    requestSampling: nobody,
  },
  ...(authInfo === undefined ? {} : { http: { authInfo } }),
})

const nothing = () => Promise.resolve()
const nobody = () => Promise.reject(new Error('There is no client to ask: the request was made by invoke'))
