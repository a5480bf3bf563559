import type { Cancellation, Notification } from '@millrace/core'
import type { AuthInfo, SdkContext } from '@millrace/mcp/door'
import type { RequestMessage } from '../eras/message.ts'
import type { Lifted } from '../eras/modern.ts'
import type { Inbound } from '../http/inbound.ts'

/** What a context is made of. */
export interface ContextParts {
  readonly message: RequestMessage
  readonly inbound: Inbound
  readonly authInfo: AuthInfo | undefined
  readonly cancellation: Cancellation
  notify(notification: Notification): Promise<void>
}

/** `extra` of SDK v1 for middleware that runs before the SDK has seen the request. */
export const contextV1 = (parts: ContextParts): SdkContext => new EarlyContextV1(parts)

/** `ctx` of SDK v2 for middleware that runs before the SDK has seen the request. */
export const contextV2 = (parts: ContextParts, request: Request, lifted: Lifted | undefined): SdkContext => ({
  sessionId: undefined,
  mcpReq: new EarlyRequest(parts, lifted),
  http: { authInfo: parts.authInfo, req: request },
})

/** What SDK v1 tells handlers of the HTTP request. */
export class RequestInfo {
  readonly #inbound: Inbound

  constructor(inbound: Inbound) {
    this.#inbound = inbound
  }

  get headers(): Inbound['headers'] {
    return this.#inbound.headers
  }
  get url(): URL {
    return this.#inbound.url
  }
}

class EarlyContextV1 implements SdkContext {
  readonly [key: string | symbol]: unknown
  readonly sessionId = undefined
  readonly authInfo: AuthInfo | undefined
  readonly requestId: unknown
  // What says who calls is its own, so that a copy made by spreading says it too.
  readonly requestInfo: RequestInfo
  readonly #parts: ContextParts

  constructor(parts: ContextParts) {
    this.#parts = parts
    this.authInfo = parts.authInfo
    this.requestId = parts.message.id
    this.requestInfo = new RequestInfo(parts.inbound)
  }

  get signal(): AbortSignal {
    return this.#parts.cancellation.signal
  }
  get _meta(): unknown {
    return this.#parts.message.params?._meta
  }
  get sendNotification(): ContextParts['notify'] {
    return (notification) => this.#parts.notify(notification)
  }
  get sendRequest(): () => Promise<never> {
    return nobody
  }
}

class EarlyRequest {
  readonly id: unknown
  readonly method: string
  readonly _meta: unknown
  readonly envelope: unknown
  readonly inputResponses: unknown
  readonly #parts: ContextParts
  readonly #requestState: unknown

  constructor(parts: ContextParts, lifted: Lifted | undefined) {
    this.#parts = parts
    this.id = parts.message.id
    this.method = parts.message.method
    this._meta = (lifted?.params ?? parts.message.params)?._meta
    this.envelope = lifted?.envelope
    this.inputResponses = lifted?.inputResponses
    this.#requestState = lifted?.requestState
  }

  get signal(): AbortSignal {
    return this.#parts.cancellation.signal
  }
  // Handlers take these off the object and call them by themselves.
  get requestState(): () => unknown {
    return () => this.#requestState
  }
  get notify(): ContextParts['notify'] {
    return (notification) => this.#parts.notify(notification)
  }
  get log(): (level: string, data: unknown, logger?: string) => Promise<void> {
    return (level, data, logger) =>
      this.#parts.notify({ method: 'notifications/message', params: { level, data, logger } })
  }
  get send(): () => Promise<never> {
    return nobody
  }
  get elicitInput(): () => Promise<never> {
    return nobody
  }
  get requestSampling(): () => Promise<never> {
    return nobody
  }
}

const nobody = (): Promise<never> =>
  Promise.reject(new Error('Middleware that runs at the edge cannot ask the client anything: there is no session.'))
