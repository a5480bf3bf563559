import type { Cancellation } from '@millrace/core'
import { use } from '@millrace/mcp'
import { lift, requestEntryOf } from '@millrace/mcp/door'
import type { LiftedChain } from '@millrace/mcp/door'
import type { Meta, RequestMessage } from '../eras/message.ts'
import { modernVersion } from '../eras/modern.ts'
import { RequestInfo } from '../exchange/context.ts'
import { legacyEncoder, modernEncoder } from '../exchange/encode.ts'
import type { Encoder } from '../exchange/encode.ts'
import type { Delivery } from '../exchange/passage.ts'
import { SharedTransport } from '../exchange/transport.ts'
import type { Inbound } from '../http/inbound.ts'
import { WebInbound } from '../http/inbound.ts'
import { lazyRequest } from '../http/lazyRequest.ts'
import type { MadeServer } from './line.ts'
import { prime, primingId } from './prime.ts'

/** One server that answers the requests of many clients, each as if it were the only one. */
export class SharedServer {
  readonly made: MadeServer
  readonly transport: SharedTransport = new SharedTransport()
  /** The chain that `use` attached, run in front of the SDK; undefined where it has to stay behind. */
  readonly chain: LiftedChain | undefined
  encoder: Encoder = legacyEncoder
  /** Whether it serves 2026-07-28. */
  readonly isModern: boolean
  readonly #headersBySchema = new WeakMap<object, boolean>()
  #isRetired = false
  #users = 0

  constructor(made: MadeServer, isModern: boolean) {
    this.made = made
    this.isModern = isModern
    // Also without middleware: SDK v2 converts schemas once. Lists are remembered of a server alone that `createServer`
    // gave to `use` before it registered anything: of a handler that is there already nobody can tell whose it is.
    use(made.mcpServer ?? made.protocol)
    this.chain = lift(made.mcpServer ?? made.protocol, (id) => this.#find(id))
  }

  get isV2(): boolean {
    return this.made.isV2
  }

  /**
   * Connects it. @param client who its clients are, for 2026-07-28
   * @returns whether it can serve them
   */
  async open(client: Meta | undefined): Promise<boolean> {
    if (client !== undefined) {
      const primed = await prime(this.made, client)
      if (primed === undefined) return false
      this.encoder = modernEncoder(primed.serverInfo)
    }
    await this.made.server.connect(this.transport)
    this.transport.entry = requestEntryOf(this.made.protocol)
    return true
  }

  /**
   * Whether it may answer this request by itself; a tool that asks for scopes or repeats arguments in headers is for
   * the SDK's own entry to check.
   */
  suits(message: RequestMessage, authInfo: unknown): boolean {
    if (!this.isV2) return true
    return !isChallenged(this.made.mcpServer, message, authInfo) && !(this.isModern && this.#hasHeaders(message))
  }

  /** Gives a request to the SDK. @returns its internal id */
  deliver(
    message: RequestMessage,
    inbound: Inbound,
    authInfo: unknown,
    cancellation: Cancellation,
    delivery: Delivery,
  ): number {
    const extra = this.isV2
      ? {
          authInfo,
          request: this.requestOf(inbound, cancellation),
          ...(this.isModern ? { classification } : {}),
        }
      : { authInfo, requestInfo: new RequestInfo(inbound) }
    return this.transport.deliver(message, extra, delivery)
  }

  /** The web request that SDK v2 shows to handlers. */
  requestOf(inbound: Inbound, cancellation: Cancellation): Request {
    const { requestId } = inbound
    const isAsItCame = requestId === undefined || requestId === inbound.header('x-request-id')
    return inbound instanceof WebInbound && isAsItCame
      ? inbound.request
      : lazyRequest(inbound, () => cancellation.signal)
  }

  /** A request is going to be answered by it. */
  hold(): void {
    this.#users += 1
  }

  /** A request has been answered. */
  release(): void {
    this.#users -= 1
    if (this.#isRetired && this.#users === 0) void this.close()
  }

  /** Takes no further requests: it closes when the last answer is given. */
  retire(): void {
    this.#isRetired = true
    if (this.#users === 0) void this.close()
  }

  close(): Promise<void> {
    return this.made.server.close()
  }

  #hasHeaders({ method, params }: RequestMessage): boolean {
    if (method !== 'tools/call') return false
    const { toolInputSchemaJson: schemaOf } = (this.made.mcpServer ?? {}) as {
      readonly toolInputSchemaJson?: (name: unknown) => object | undefined
    }
    const schema = schemaOf?.call(this.made.mcpServer, params?.['name'])
    if (schema === undefined) return false
    let has = this.#headersBySchema.get(schema)
    if (has === undefined) this.#headersBySchema.set(schema, (has = JSON.stringify(schema).includes('"x-mcp-header"')))
    return has
  }

  #find(id: unknown): Delivery | { call: undefined; outcome: undefined } | undefined {
    if (id === primingId) return { call: undefined, outcome: undefined }
    const delivery = this.transport.find(id)
    return delivery?.call === undefined ? undefined : delivery
  }
}

/** Whether SDK v2's server asks for scopes that the caller may lack (`scopeChallenge`). */
const isChallenged = (mcpServer: unknown, request: RequestMessage, authInfo: unknown): boolean => {
  const { resolveScopeChallenge: resolve } = (mcpServer ?? {}) as {
    readonly resolveScopeChallenge?: (context: object) => unknown
  }
  return resolve?.({ request, ...(authInfo === undefined ? {} : { authInfo }) }) !== undefined
}

const classification = { era: 'modern', revision: modernVersion } as const
