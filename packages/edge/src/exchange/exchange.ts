import { cancellation } from '@millrace/core'
import type { Call, Cancellation, Clock, Notification, Result, Timer } from '@millrace/core'
import type { AuthInfo, SdkRequest } from '@millrace/mcp/door'
import type { RequestMessage } from '../eras/message.ts'
import { liftEnvelope, lowerEnvelope } from '../eras/modern.ts'
import type { Lifted } from '../eras/modern.ts'
import { jsonType } from '../http/reply.ts'
import type { Inbound } from '../http/inbound.ts'
import type { Reply, Stream } from '../http/reply.ts'
import type { SharedServer } from '../servers/sharedServer.ts'
import { Attempt } from './attempt.ts'
import { contextV1, contextV2 } from './context.ts'
import { encodeError, errorOf } from './encode.ts'
import type { Encoded } from './encode.ts'
import type { Ending } from './ending.ts'
import { refusedError, refusedResult } from './overload.ts'
import type { Asked } from './overload.ts'
import type { Answer, Delivery, ErrorObject } from './passage.ts'

/** What all exchanges of an edge have in common. */
export interface ExchangeSettings {
  readonly clock: Clock
  readonly keepAliveMs: number
  /** Whether refusals of middleware are answered with a status of HTTP. */
  readonly isHttp: boolean
}

/** One request that a shared server answers, from its body to the end of its answer. */
export class Exchange implements Delivery {
  readonly cancellation: Cancellation = cancellation()
  readonly call = undefined
  outcome: Delivery['outcome']
  readonly #settings: ExchangeSettings
  readonly #server: SharedServer
  readonly #message: RequestMessage
  readonly #inbound: Inbound
  readonly #reply: Reply
  readonly #authInfo: unknown
  readonly #mayStream: boolean
  #onEnd: (() => void) | undefined
  #stream: Stream | undefined
  #keepAlive: Timer | undefined
  #isOver = false

  constructor(
    settings: ExchangeSettings,
    server: SharedServer,
    message: RequestMessage,
    inbound: Inbound,
    reply: Reply,
    authInfo: unknown,
    mayStream: boolean,
  ) {
    this.#settings = settings
    this.#server = server
    this.#message = message
    this.#inbound = inbound
    this.#reply = reply
    this.#authInfo = authInfo
    this.#mayStream = mayStream
  }

  /** @param onEnd runs once, when the answer is complete or the caller is gone */
  start(onEnd: () => void): void {
    this.#onEnd = onEnd
    // It may have left while it was found out who calls, or a server was made: nobody is told of that any more.
    if (!this.#reply.isOpen) return this.#leave()
    this.#reply.onGone(() => this.#leave())
    if (this.#mayStream && this.#settings.keepAliveMs < Infinity) this.#waitToPing()
    const { chain } = this.#server
    if (chain?.covers(this.#message.method) === true) void this.#runChain(chain)
    else this.#deliver(this.#message, this)
  }

  answered(answer: Answer, isImmediate: boolean): void {
    if (answer.error !== undefined) return this.#fail(answer.error, isImmediate && this.#server.isModern)
    let encoded
    try {
      encoded = this.#server.encoder.sent(answer.result)
    } catch (error) {
      // A handler has answered with what JSON cannot say; somebody waits for an answer nevertheless.
      return this.#fail(errorOf(error, this.#server.isV2), false)
    }
    this.#finish(encoded)
  }

  notified(notification: Notification): Promise<void> {
    if (this.#isOver || !this.#mayStream) return done
    return this.#upgrade().event(
      JSON.stringify({ jsonrpc: '2.0', method: notification.method, params: notification.params }),
    )
  }

  async #runChain(chain: NonNullable<SharedServer['chain']>): Promise<void> {
    const { isV2, isModern, encoder } = this.#server
    const { method, params = {} } = this.#message
    const lifted = isModern ? liftEnvelope(params) : undefined
    const request: SdkRequest = lifted === undefined ? this.#message : { method, params: lifted.params }
    const parts = {
      message: this.#message,
      inbound: this.#inbound,
      authInfo: this.#authInfo as AuthInfo | undefined,
      cancellation: this.cancellation,
      notify: (notification: Notification) => this.notified(notification),
    }
    const context = isV2
      ? contextV2(parts, this.#server.requestOf(this.#inbound, this.cancellation), lifted)
      : contextV1(parts)
    const send = (call: Call, changed: SdkRequest) =>
      this.#attempt(call, changed === request ? undefined : changed, lifted)
    try {
      const result = await chain.run({ request, context, cancellation: this.cancellation, send })
      const asked = this.#settings.isHttp ? refusedResult(result) : undefined
      this.#finish(encoder.made(method, result), asked)
    } catch (error) {
      this.#fail(errorOf(error, isV2), false)
    }
  }

  /** One way through the SDK to the handler; middleware may ask for several, also at once. */
  #attempt(call: Call, changed: SdkRequest | undefined, lifted: Lifted | undefined): Promise<Result> {
    return new Promise((resolve, reject) => {
      const attempt = new Attempt(call, this.#server, this.#message.method, resolve, reject)
      if (attempt.isOver) return
      const params = changed?.params
      const message: RequestMessage =
        changed === undefined
          ? this.#message
          : { ...this.#message, params: lifted === undefined ? (params ?? {}) : lowerEnvelope(params ?? {}, lifted) }
      attempt.sentAs(this.#deliver(message, attempt))
    })
  }

  #deliver(message: RequestMessage, delivery: Delivery): number {
    const id = this.#server.deliver(message, this.#inbound, this.#authInfo, this.cancellation, delivery)
    if (delivery === this) this.cancellation.subscribe(() => this.#server.transport.cancel(id))
    return id
  }

  #finish({ text, ending }: Encoded, asked?: Asked): void {
    const body = `{"jsonrpc":"2.0","id":${JSON.stringify(this.#message.id)},"result":${text}`
    if (asked === undefined) this.#write(body, 200, jsonType, ending)
    else this.#write(body, asked.status, [...jsonType, ...asked.headers], ending)
  }

  #fail(error: ErrorObject, isRefusal: boolean): void {
    const body = `{"jsonrpc":"2.0","id":${JSON.stringify(this.#message.id)},"error":${encodeError(error)}}`
    const asked = this.#settings.isHttp ? refusedError(error) : undefined
    if (asked !== undefined) this.#write(body, asked.status, [...jsonType, ...asked.headers])
    // Missing capabilities have a status of their own also where a handler finds out (SDK v2, `httpStatusForErrorCode`).
    else if (this.#server.isModern && error.code === -32021) this.#write(body, 400, jsonType)
    else this.#write(body, isRefusal ? (statusOfCode[error.code] ?? 200) : 200, jsonType)
  }

  #write(body: string, status: number, headers: readonly string[], ending?: Ending): void {
    if (this.#isOver) return
    this.#end()
    if (this.#stream === undefined) return this.#reply.send(status, headers, body, ending)
    void this.#stream.event(ending === undefined ? body : body + ending.text)
    this.#stream.end()
  }

  #upgrade(): Stream {
    return (this.#stream ??= this.#reply.stream())
  }

  #waitToPing(): void {
    this.#keepAlive = this.#settings.clock.after(this.#settings.keepAliveMs, () => {
      this.#upgrade().ping()
      this.#waitToPing()
    })
  }

  #leave(): void {
    if (this.#isOver) return
    this.#end()
    this.cancellation.abort()
  }

  #end(): void {
    this.#isOver = true
    this.#keepAlive?.cancel()
    this.#onEnd?.()
  }
}

const statusOfCode: { readonly [code: number]: number | undefined } = {
  [-32700]: 400,
  [-32600]: 400,
  [-32601]: 404,
  [-32022]: 400,
  [-32021]: 400,
  [-32020]: 400,
}

const done = Promise.resolve()
