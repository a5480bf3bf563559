import { originOf } from '@millrace/core'
import type { Call, Cancellation, Result } from '@millrace/core'
import type { SdkContext } from './context.ts'
import type { SdkRequest } from './internals.ts'
import { ServerCall } from './serverCall.ts'
import type { CallHost } from './serverCall.ts'

/** One request on its way from where the chain was lifted to, through the SDK, to its handler. */
export interface Passage {
  /** The attempt's call, as the chain left it; undefined for a request that no chain is to see. */
  readonly call: Call | undefined
  /** What the handler came to before the SDK made a message of it. Set when the handler has ended. */
  outcome: { readonly result: Result } | { readonly error: unknown } | undefined
}

/** A call made before its request has come to the server: what it runs is sent there. */
export class LiftedCall extends ServerCall {
  readonly send: (call: Call) => Promise<Result>

  constructor(
    host: CallHost,
    request: SdkRequest,
    sdk: SdkContext,
    cancellation: Cancellation,
    send: (call: Call) => Promise<Result>,
  ) {
    super(host, request, sdk, cancellation)
    this.send = send
  }
}

/**
 * The call that was made where the chain was lifted to, of which `call` is a change.
 *
 * @throws TypeError when somebody passed `next` an object of their own.
 */
export const liftedCallOf = (call: Call): LiftedCall => {
  const origin = originOf(call)
  if (origin instanceof LiftedCall) return origin
  throw new TypeError('next() was given a call that no door made: change a call with withCall(call, { … })')
}
