import type { Notification } from '@millrace/core'
import type { RequestEntry } from '@millrace/mcp/door'
import type { RequestMessage } from '../eras/message.ts'
import type { Answer, Delivery } from './passage.ts'
import { Slots } from './slots.ts'

/** What an SDK's protocol object sets on its transport and calls of it: the public interface `Transport` of both lines. */
export interface SdkTransport {
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  onmessage?: ((message: never, extra?: never) => void) | undefined
  start(): Promise<void>
  send(message: SdkMessage, options?: SendOptions): Promise<void>
  close(): Promise<void>
}

/** A message on its way out. */
interface SdkMessage {
  readonly id?: unknown
  readonly method?: string
  readonly params?: { readonly [name: string]: unknown }
  readonly result?: unknown
  readonly error?: unknown
}

interface SendOptions {
  readonly relatedRequestId?: unknown
}

/**
 * One connection that any number of clients share: every request gets an id of its own, by which answers and
 * notifications find their way back, so that the ids of two clients never meet. Nothing that the SDK sends without
 * such an id reaches anybody.
 */
export class SharedTransport implements SdkTransport {
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  onmessage?: ((message: never, extra?: never) => void) | undefined
  /** The SDK's own way in for requests, where there is a shorter one than `onmessage`. */
  entry: RequestEntry | undefined
  readonly #deliveries = new Slots<Delivery>()
  /** The id of the request that the SDK is being given. */
  #immediate = 0
  #isClosed = false

  start(): Promise<void> {
    return done
  }

  /** Requests that the SDK has not answered. */
  get size(): number {
    return this.#deliveries.size
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** The delivery of a request by its internal id. */
  find(id: unknown): Delivery | undefined {
    return this.#deliveries.get(id)
  }

  /**
   * Gives a request to the SDK.
   *
   * @param extra what the SDK hands on to the handler: authentication, headers
   * @returns the internal id, for `cancel`
   */
  deliver(message: RequestMessage, extra: object, delivery: Delivery): number {
    const id = this.#deliveries.add(delivery)
    if (this.#isClosed) this.#answer(id, closedAnswer)
    const outer = this.#immediate
    this.#immediate = id
    try {
      const renamed = { jsonrpc: message.jsonrpc, id, method: message.method, params: message.params }
      if (this.entry === undefined) this.#give(renamed, extra)
      else this.entry(renamed, extra)
    } catch (error) {
      this.#answer(id, { error: { code: -32603, message: error instanceof Error ? error.message : String(error) } })
    } finally {
      this.#immediate = outer
    }
    return id
  }

  /** The caller of a request is gone: its handler is told, and nothing more is expected of it. */
  cancel(id: number): void {
    if (this.#deliveries.take(id) === undefined || this.#isClosed) return
    this.#give(
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'The client is gone.' } },
      undefined,
    )
  }

  send(message: SdkMessage, options?: SendOptions): Promise<void> {
    if (message.method === undefined) {
      this.#answer(message.id as number, message as Answer)
      return done
    }
    if (message.id !== undefined) return Promise.reject(new Error(noQuestions))
    const delivery = this.#deliveries.get(options?.relatedRequestId)
    return delivery === undefined ? done : delivery.notified(message as Notification)
  }

  close(): Promise<void> {
    if (this.#isClosed) return done
    this.#isClosed = true
    for (const id of this.#deliveries.ids()) this.#answer(id, closedAnswer)
    this.onclose?.()
    return done
  }

  #answer(id: number, answer: Answer): void {
    const delivery = this.#deliveries.take(id)
    if (delivery !== undefined) delivery.answered(answer, id === this.#immediate)
  }

  #give(message: object, extra: object | undefined): void {
    const { onmessage } = this
    if (onmessage !== undefined) onmessage(message as never, extra as never)
  }
}

const noQuestions =
  'A request without a session cannot ask its client anything: give edge the option sessions, or answer with inputRequired (2026-07-28).'

const closedAnswer: Answer = { error: { code: -32603, message: 'The server was closed while it answered.' } }

const done = Promise.resolve()
