import type { Call, Cancellation, Result } from '@millrace/core'
import type { SdkContext } from './context.ts'
import { handlerTableOf } from './internals.ts'
import type { SdkRequest } from './internals.ts'
import { liftedCallOf } from './liftedCall.ts'
import type { Passage } from './liftedCall.ts'
import { partsOf } from './server.ts'
import type { AnyServer } from './server.ts'
import { requestOf } from './terminal.ts'
import { tableOf } from './use.ts'

/** A request that has not come to its server yet. */
export interface Lift {
  readonly request: SdkRequest
  /** What the SDK would give a handler, as far as it is known so early. */
  readonly context: SdkContext
  /** Aborts when the caller is gone. */
  readonly cancellation: Cancellation
  /**
   * Takes one attempt to the server: resolves with what became of its passage.
   *
   * @param request the request as the chain left it; the one of `Lift` when nothing changed it
   */
  send(call: Call, request: SdkRequest): Promise<Result>
}

/** The chain of a server, to be run in front of the server. */
export interface LiftedChain {
  /** Whether a request of this method goes through middleware on its way to a handler. */
  covers(method: string): boolean
  /**
   * Runs the chain and answers as the server's handler table would have.
   *
   * @throws what is to be sent as a JSON-RPC error: an integer `code` and `data` are the SDKs' to copy
   */
  run(lift: Lift): Promise<Result>
}

/**
 * Moves the chain that `use` attached to a server in front of it: requests whose passage `find` knows have been through
 * the chain and only run their handler; others go through it at the handler table as before. Undefined for an SDK that
 * keeps its handlers in a place Millrace does not know, where the chain has to stay.
 *
 * @param find gives the passage of a JSON-RPC request by its id
 */
export const lift = (server: AnyServer, find: (requestId: unknown) => Passage | undefined): LiftedChain | undefined => {
  const { protocol } = partsOf(server, 'lift')
  const table = tableOf(protocol)
  const handlers = handlerTableOf(protocol)
  if (table === undefined || handlers === undefined) return undefined
  table.findPassage = find
  return {
    covers: (method) => {
      const handler = table.isEmpty ? undefined : handlers.get(method)
      return handler !== undefined && table.unwrap(handler) !== handler
    },
    run: ({ request, context, cancellation, send }) =>
      table.runLifted(request, context, cancellation, (call) => send(call, requestOf(call, liftedCallOf(call)))),
  }
}
