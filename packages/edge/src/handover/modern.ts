import type { CreateServer } from '../servers/line.ts'
import { sdkV2 } from '../servers/sdk.ts'
import type { HandedOver } from './stateless.ts'

/** Tells subscribers (`subscriptions/listen`) what has changed. */
export interface Notifier {
  toolsChanged(): void
  promptsChanged(): void
  resourcesChanged(): void
  resourceUpdated(uri: string): void
}

/** What SDK v2's own entry for 2026-07-28 is made with. */
export interface ModernOptions {
  readonly bus: unknown
  readonly maxSubscriptions: number | undefined
  readonly keepAliveMs: number
  readonly onError: (error: unknown) => void
}

/** SDK v2's own entry: subscriptions, notifications, other methods, and every refusal of 2026-07-28. */
export class Modern {
  readonly #create: CreateServer
  readonly #options: ModernOptions
  #handler: Promise<Handler> | undefined
  #notifier: Notifier | undefined

  constructor(create: CreateServer, options: ModernOptions) {
    this.#create = create
    this.#options = options
  }

  async serve(request: Request, { authInfo, parsedBody }: HandedOver): Promise<Response> {
    const { fetch } = await this.open()
    return fetch(request, { authInfo, parsedBody })
  }

  /** Where changes are told; undefined while nobody can have subscribed. */
  get notifier(): Notifier | undefined {
    return this.#notifier
  }

  open(): Promise<Handler> {
    return (this.#handler ??= this.#open())
  }

  async close(): Promise<void> {
    await (await this.#handler)?.close()
  }

  async #open(): Promise<Handler> {
    const { createMcpHandler } = await sdkV2()
    const { bus, maxSubscriptions, keepAliveMs, onError } = this.#options
    const handler = createMcpHandler(this.#create as never, {
      legacy: 'reject',
      keepAliveMs,
      onerror: onError,
      ...(bus === undefined ? {} : { bus: bus as never }),
      ...(maxSubscriptions === undefined ? {} : { maxSubscriptions }),
    }) as unknown as Handler & { readonly notify: Notifier }
    this.#notifier = handler.notify
    return handler
  }
}

interface Handler {
  fetch(request: Request, options: HandedOver): Promise<Response>
  close(): Promise<void>
}
