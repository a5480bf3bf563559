import type { Call, Notification } from '@millrace/core'
import type { Passage } from '@millrace/mcp/door'

/** What an SDK answers to one request, as JSON-RPC. */
export type Answer =
  | { readonly result: { readonly [name: string]: unknown }; readonly error?: undefined }
  | { readonly result?: undefined; readonly error: ErrorObject }

/** An error of JSON-RPC. */
export interface ErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** One request under its internal id, from when it is given to the SDK until the SDK has answered. */
export interface Delivery extends Passage {
  /** The attempt's call where the chain was lifted; undefined where the request runs as it came. */
  readonly call: Call | undefined
  outcome: Passage['outcome']
  /** The SDK's answer; `isImmediate` when it came before any handler ran. */
  answered(answer: Answer, isImmediate: boolean): void
  /** A notification that belongs to this request. */
  notified(notification: Notification): Promise<void>
}
