import type { Ending } from './ending.ts'
import type { Params, Prepared } from './request.ts'

/** One connection to a server, on which one call runs at a time. */
export interface Lane {
  /** Sends a request and waits for its answer. Never rejects: what goes wrong is the ending. */
  send(request: Prepared, timeoutMs: number): Promise<Reply>
  close(): Promise<void>
}

/** What came back for one request. */
export interface Reply {
  readonly ending: Ending
  /** Bytes of the answer's body. */
  readonly bytes: number
  /** The JSON-RPC response, when there was one. */
  readonly message?: Params | undefined
}
