import type { Clock } from '@millrace/core'
import type { EdgeStats } from './endpoint.ts'
import type { RequestMessage } from './eras/message.ts'
import { isRecord } from './eras/message.ts'
import { routeOf } from './eras/route.ts'
import type { Route } from './eras/route.ts'
import { Exchange } from './exchange/exchange.ts'
import type { ExchangeSettings } from './exchange/exchange.ts'
import { notifierOf, onOffersChanged } from './handover/changes.ts'
import type { EventBus } from './handover/changes.ts'
import type { Modern, Notifier } from './handover/modern.ts'
import { serveStateless } from './handover/stateless.ts'
import type { HandedOver } from './handover/stateless.ts'
import type { Inbound } from './http/inbound.ts'
import { internal } from './http/refusal.ts'
import type { Refusal } from './http/refusal.ts'
import type { Reply } from './http/reply.ts'
import { InFlight } from './inFlight.ts'
import { takeApart } from './servers/line.ts'
import type { CreateServer } from './servers/line.ts'
import type { SharedServer } from './servers/sharedServer.ts'
import type { SharedServers } from './servers/sharedServers.ts'
import type { Sessions } from './sessions/sessions.ts'

/** Everybody who answers requests at an edge. */
export interface Answerers {
  readonly create: CreateServer
  readonly servers: SharedServers
  readonly modern: Modern
  /** Where changes are told and heard of; undefined for this process alone. */
  readonly bus: EventBus | undefined
  readonly sessions: Sessions | undefined
  readonly isShared: boolean
  readonly exchanges: ExchangeSettings
  /** @param id the JSON-RPC id, as JSON; `null` where it is not known */
  readonly onRefusal: (reply: Reply, refusal: Refusal, id?: string) => void
  /** @param reply the answer that went wrong, where it is known */
  readonly onError: (error: unknown, reply?: Reply) => void
}

/** Brings each request to whoever answers it, and counts those that are under way. */
export class Answering {
  readonly notifier: Notifier
  readonly #parts: Answerers
  #isV2: boolean | undefined
  #learning: Promise<void> | undefined
  readonly #inFlight = new InFlight()
  readonly #unsubscribe: (() => void) | undefined

  constructor(parts: Answerers) {
    this.#parts = parts
    const { servers, modern, bus } = parts
    const renew = () => servers.renew()
    if (bus !== undefined) this.#unsubscribe = onOffersChanged(bus, renew)
    const notifier = () => (bus === undefined ? modern.notifier : notifierOf(bus))
    const tell = (change: (notifier: Notifier | undefined) => void) => {
      renew()
      change(notifier())
    }
    this.notifier = {
      toolsChanged: () => tell((to) => to?.toolsChanged()),
      promptsChanged: () => tell((to) => to?.promptsChanged()),
      resourcesChanged: () => tell((to) => to?.resourcesChanged()),
      resourceUpdated: (uri) => notifier()?.resourceUpdated(uri),
    }
  }

  stats(): EdgeStats {
    const { servers, sessions } = this.#parts
    return { active: this.#inFlight.size, servers: servers.size, sessions: sessions?.size ?? 0 }
  }

  /** Resolves when it is known what `createServer` makes. @throws whatever that throws */
  async ready(): Promise<void> {
    await this.#learn()
  }

  /** @param body the parsed body of a POST; undefined for other methods */
  answer(inbound: Inbound, reply: Reply, body: unknown, authInfo: unknown): void {
    this.#inFlight.begin()
    if (this.#isV2 !== undefined) return this.#route(inbound, reply, body, authInfo, this.#isV2)
    this.#learn().then(
      (isV2) => this.#route(inbound, reply, body, authInfo, isV2),
      (error: unknown) => this.#fail(reply, body, error),
    )
  }

  async close(drainMs: number, clock: Clock): Promise<void> {
    const { servers, modern, sessions } = this.#parts
    await this.#inFlight.idle(drainMs, clock)
    this.#unsubscribe?.()
    await Promise.all([sessions?.close(), servers.close(), modern.close()])
  }

  #route(inbound: Inbound, reply: Reply, body: unknown, authInfo: unknown, isV2: boolean): void {
    const { sessions, isShared } = this.#parts
    try {
      const route = routeOf(inbound, body, { isV2, hasSessions: sessions !== undefined, isShared })
      if (route.to === 'shared') this.#share(route, inbound, reply, body, authInfo)
      else if (route.to === 'refusal') this.#refuse(reply, route.refusal, body)
      else if (route.to === 'nobody') this.#refuse(reply, accepted, body)
      else this.#handOver(route, inbound, reply, body, authInfo)
    } catch (error) {
      // A body may be nested so deeply that nobody can write it down again.
      this.#fail(reply, body, error)
    }
  }

  #share(route: Route & { to: 'shared' }, inbound: Inbound, reply: Reply, body: unknown, authInfo: unknown): void {
    const { servers } = this.#parts
    const serve = (server: SharedServer | undefined): void => {
      if (server?.suits(route.message, authInfo) !== true) {
        return this.#handOver(
          { to: route.client === undefined ? 'stateless' : 'modern' },
          inbound,
          reply,
          body,
          authInfo,
        )
      }
      this.#exchange(server, route.message, inbound, reply, authInfo, route.mayStream)
    }
    const server = servers.get(route.key)
    if (server !== undefined) return serve(server)
    servers
      .open(route.key, route.client)
      .then(serve)
      .catch((error: unknown) => this.#fail(reply, body, error))
  }

  #exchange(
    server: SharedServer,
    message: RequestMessage,
    inbound: Inbound,
    reply: Reply,
    authInfo: unknown,
    mayStream: boolean,
  ): void {
    server.hold()
    new Exchange(this.#parts.exchanges, server, message, inbound, reply, authInfo, mayStream).start(() => {
      server.release()
      this.#inFlight.end()
    })
  }

  #handOver(
    route: Exclude<Route, { to: 'shared' | 'refusal' | 'nobody' }>,
    inbound: Inbound,
    reply: Reply,
    body: unknown,
    authInfo: unknown,
  ): void {
    const { onError, onRefusal } = this.#parts
    const gone = new AbortController()
    if (reply.isOpen) reply.onGone(() => gone.abort())
    else gone.abort()
    const request = inbound.toRequest(gone.signal)
    const isStanding = inbound.method === 'GET' || (isRecord(body) && body['method'] === 'subscriptions/listen')
    if (isStanding) this.#inFlight.stand()
    this.#serve(route, request, {
      ...(authInfo === undefined ? {} : { authInfo }),
      ...(body === undefined ? {} : { parsedBody: body }),
    })
      .then((answer) => {
        if (answer instanceof Response) return reply.relay(answer).catch((error: unknown) => onError(error, reply))
        onRefusal(reply, answer, idOf(body))
      })
      .catch((error: unknown) => {
        onError(error, reply)
        onRefusal(reply, internal, idOf(body))
      })
      .finally(() => this.#inFlight.end(isStanding))
  }

  #serve(
    route: Exclude<Route, { to: 'shared' | 'refusal' | 'nobody' }>,
    request: Request,
    handed: HandedOver,
  ): Promise<Response | Refusal> {
    const { create, modern, sessions, exchanges } = this.#parts
    if (route.to === 'modern') return modern.serve(request, handed)
    if (route.to === 'newSession' && sessions !== undefined) return sessions.start(request, handed)
    if (route.to === 'session' && sessions !== undefined) return sessions.serve(route.id, request, handed)
    return serveStateless(create, request, handed, exchanges.keepAliveMs)
  }

  /** Which line of the SDK the servers are of, which only a server can tell. */
  #learn(): Promise<boolean> {
    this.#learning ??= this.#askServer().finally(() => (this.#learning = undefined))
    return this.#learning.then(() => this.#isV2 === true)
  }

  async #askServer(): Promise<void> {
    const { isShared, servers, create, modern } = this.#parts
    const { isV2 } = isShared
      ? ((await servers.open('legacy', undefined)) as SharedServer)
      : takeApart(await create({ era: 'legacy' }))
    if (isV2) await modern.open()
    this.#isV2 = isV2
  }

  #refuse(reply: Reply, refusal: Refusal, body: unknown): void {
    this.#parts.onRefusal(reply, refusal, idOf(body))
    this.#inFlight.end()
  }

  #fail(reply: Reply, body: unknown, error: unknown): void {
    this.#parts.onError(error, reply)
    this.#refuse(reply, internal, body)
  }
}

const accepted: Refusal = { status: 202, code: 0, message: '' }

const idOf = (body: unknown): string => {
  if (!isRecord(body) || typeof body['method'] !== 'string') return 'null'
  const { id } = body
  return typeof id === 'string' || typeof id === 'number' ? JSON.stringify(id) : 'null'
}
