import type { Call } from '@millrace/core'
import { labelOf } from '../series/label.ts'

/** By what a call is known to its caller: the id of its JSON-RPC request, and the `X-Request-Id` that came with it. */
export interface RequestIds {
  readonly rpcId: string | number | undefined
  readonly requestId: string | undefined
}

/** Reads both from the context of SDK v1 or v2; long ids are cut, as they are the caller's. */
export const requestIdsOf = (call: Call): RequestIds => {
  const sdk = call.sdk as Context
  const id = sdk?.mcpReq?.id ?? sdk?.requestId
  const headers = sdk?.http?.req?.headers
  const header = headers?.get?.(name) ?? sdk?.requestInfo?.headers?.[name]
  return {
    rpcId: typeof id === 'string' ? labelOf(id) : typeof id === 'number' ? id : undefined,
    requestId: typeof header === 'string' ? labelOf(header) : undefined,
  }
}

const name = 'x-request-id'

type Context =
  | {
      readonly mcpReq?: { readonly id?: unknown }
      readonly requestId?: unknown
      readonly requestInfo?: { readonly headers?: { readonly [name: string]: unknown } }
      readonly http?: { readonly req?: { readonly headers?: { get?(name: string): unknown } } }
    }
  | null
  | undefined
