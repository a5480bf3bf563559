import type { IncomingMessage, ServerResponse } from 'node:http'
import { channel, checkMiddleware, keepAlive, systemClock } from '@millrace/core'
import type { Clock } from '@millrace/core'
import { use } from '@millrace/mcp'
import { Answering } from './answering.ts'
import { isRecord } from './eras/message.ts'
import { Failures } from './failures.ts'
import type { EventBus } from './handover/changes.ts'
import { Modern } from './handover/modern.ts'
import type { Notifier } from './handover/modern.ts'
import { admit } from './http/admission.ts'
import type { AdmissionRules } from './http/admission.ts'
import { identify } from './http/authentication.ts'
import { readBody, readWebBody } from './http/body.ts'
import { cors } from './http/cors.ts'
import { givenBody } from './http/givenBody.ts'
import type { GivenBody } from './http/givenBody.ts'
import { hostCheck } from './http/hosts.ts'
import { NodeInbound, WebInbound } from './http/inbound.ts'
import type { Inbound } from './http/inbound.ts'
import { NodeReply } from './http/nodeReply.ts'
import { notJson, refusalBody, unavailable, unsupportedCoding } from './http/refusal.ts'
import type { Refusal } from './http/refusal.ts'
import { jsonType } from './http/reply.ts'
import type { Reply } from './http/reply.ts'
import { WebReply } from './http/webReply.ts'
import type { Authenticate, EdgeOptions } from './options.ts'
import type { CreateServer } from './servers/line.ts'
import { SharedServers } from './servers/sharedServers.ts'
import { Sessions } from './sessions/sessions.ts'

/** What is going on at an edge. */
export interface EdgeStats {
  /** Requests that have no complete answer yet, streams included. */
  readonly active: number
  /** Shared servers. */
  readonly servers: number
  /** Sessions of 2025. */
  readonly sessions: number
}

/** What stands between the network and whoever answers: admission, authentication, the body. */
export class Endpoint {
  readonly notify: Notifier
  readonly #rules: AdmissionRules
  readonly #authenticate: Authenticate | undefined
  readonly #replies: { minBytes: number; stalledMs: number; isLast: boolean }
  readonly #maxBodyBytes: number
  readonly #failures: Failures
  readonly #answering: Answering
  readonly #clock: Clock
  #isClosing = false

  /** @param newSessionId makes the ids of sessions, which nobody may guess */
  constructor(createServer: CreateServer, options: EdgeOptions, newSessionId = (): string => crypto.randomUUID()) {
    const { middleware = [], sessions = false, hosts, origins = [], clock = systemClock } = options
    for (const [index, one] of middleware.entries()) checkMiddleware('edge', one, index)
    const { maxBodyBytes = 4 * 2 ** 20, compressFromBytes = 1024, requestIds = true } = options
    const { keepAliveMs = 15_000, refusals = 'rpc', shared = createServer.length === 0 } = options
    const { bus, maxSubscriptions, stalledMs = 60_000 } = options
    const allowed = options.cors ? cors(options.cors) : undefined
    this.#rules = {
      checkHost:
        hosts === false
          ? undefined
          : hostCheck(hosts, [...origins, ...(allowed === undefined ? [] : allowed.hostnames)]),
      cors: allowed,
      hasRequestIds: requestIds,
    }
    this.#authenticate = options.authenticate
    const minBytes = compressFromBytes === false ? Infinity : compressFromBytes
    this.#replies = { minBytes, stalledMs, isLast: false }
    this.#maxBodyBytes = maxBodyBytes
    this.#failures = new Failures(options.onError)
    this.#clock = clock
    const create: CreateServer =
      middleware.length === 0 ? createServer : async (context) => use(await createServer(context), ...middleware)
    const servers = new SharedServers(create)
    const modern = new Modern(create, {
      bus,
      maxSubscriptions,
      keepAliveMs,
      // The SDK tells here of every request that it refuses.
      onError: (error) => this.#failures.tell(error),
    })
    this.#answering = new Answering({
      create,
      servers,
      modern,
      bus: bus as EventBus | undefined,
      sessions:
        sessions === false
          ? undefined
          : new Sessions(create, sessions === true ? {} : sessions, clock, keepAliveMs, newSessionId),
      isShared: shared,
      exchanges: { clock, keepAliveMs, isHttp: refusals === 'http' },
      onRefusal: (reply, refusal, id) => this.#refuse(reply, refusal, id),
      onError: (error, reply) => this.#failures.report(error, reply?.requestId),
    })
    this.notify = this.#answering.notifier
  }

  /** @param isLate whether whoever asks came when the server was about to leave */
  handle(request: IncomingMessage, response: ServerResponse, body: unknown, isLate = false): void {
    const inbound = new NodeInbound(request)
    const reply = new NodeReply(response, this.#replies, request.headers['accept-encoding'])
    this.#admit(inbound, reply, isLate, (authInfo) => {
      if (inbound.method !== 'POST') return this.#answer(inbound, reply, undefined, authInfo)
      const given = givenBody(request, body)
      if (given !== undefined) return this.#take(given, inbound, reply, authInfo)
      readBody(
        request,
        this.#maxBodyBytes,
        (text) => this.#parse(inbound, reply, text, authInfo),
        (refusal) => this.#refuse(reply, refusal),
      )
    })
  }

  fetch(request: Request, authInfo: object | undefined): Promise<Response> {
    const inbound = new WebInbound(request, authInfo)
    const reply = new WebReply(request, this.#replies)
    this.#admit(inbound, reply, false, (identity) => {
      if (inbound.method !== 'POST') return this.#answer(inbound, reply, undefined, identity)
      void readWebBody(request, this.#maxBodyBytes).then((read) =>
        typeof read === 'string' ? this.#parse(inbound, reply, read, identity) : this.#refuse(reply, read),
      )
    })
    return reply.response
  }

  /** Makes a server, which tells what clients get before the first of them comes. @throws whatever `createServer` does */
  ready(): Promise<void> {
    return this.#answering.ready()
  }

  stats(): EdgeStats {
    return this.#answering.stats()
  }

  /** Has clients look for another server: each connection ends with its next answer. */
  leave(): void {
    this.#replies.isLast = true
  }

  async close(drainMs = 10_000): Promise<void> {
    this.leave()
    this.#isClosing = true
    const letGo = keepAlive()
    try {
      await this.#answering.close(drainMs, this.#clock)
    } finally {
      letGo()
    }
  }

  #admit(inbound: Inbound, reply: Reply, isLate: boolean, then: (authInfo: unknown) => void): void {
    const refusal = admit(this.#rules, inbound, reply)
    if (refusal !== undefined) return this.#refuse(reply, refusal)
    // A session may be waiting for what its client answers.
    if ((this.#isClosing || isLate) && inbound.header('mcp-session-id') === undefined)
      return this.#refuse(reply, closing)
    if (this.#authenticate === undefined) then(inbound.auth)
    else void this.#identify(this.#authenticate, inbound, reply, then)
  }

  async #identify(
    authenticate: Authenticate,
    inbound: Inbound,
    reply: Reply,
    then: (authInfo: unknown) => void,
  ): Promise<void> {
    const identity = await identify(authenticate, inbound.toRequest())
    if ('authInfo' in identity) return then(identity.authInfo)
    const report = (error: unknown) => this.#failures.report(error, reply.requestId)
    if ('response' in identity) return reply.relay(identity.response).catch(report)
    if (identity.failure !== undefined) report(identity.failure.error)
    this.#refuse(reply, identity.refusal)
  }

  #take(given: GivenBody, inbound: Inbound, reply: Reply, authInfo: unknown): void {
    if ('text' in given) this.#parse(inbound, reply, given.text, authInfo)
    else if ('value' in given) this.#answer(inbound, reply, given.value, authInfo)
    else this.#refuse(reply, given.refusal)
  }

  #parse(inbound: Inbound, reply: Reply, text: string, authInfo: unknown): void {
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      // RFC 8259, 8.1: a byte order mark may be ignored, as the SDKs do.
      if (text.startsWith('\ufeff')) return this.#parse(inbound, reply, text.slice(1), authInfo)
      const coding = inbound.header('content-encoding')
      return this.#refuse(reply, coding === undefined || coding === 'identity' ? notJson : unsupportedCoding)
    }
    this.#answer(inbound, reply, body, authInfo)
  }

  #answer(inbound: Inbound, reply: Reply, body: unknown, authInfo: unknown): void {
    if (this.#isClosing && !isLastWord(inbound, body)) this.#refuse(reply, closing)
    else this.#answering.answer(inbound, reply, body, authInfo)
  }

  #refuse(reply: Reply, refusal: Refusal, id?: string): void {
    const { status, message, headers = [], body = refusalBody(refusal, id), isFinal = false } = refusal
    if (status >= 400 && events.hasSubscribers) {
      const { requestId } = reply
      events.publish({ type: 'edge.refused', status, message, ...(requestId === undefined ? {} : { requestId }) })
    }
    const all = isFinal && !this.#replies.isLast ? [...headers, 'connection', 'close'] : headers
    if (status === 204 || status === 202) reply.send(status, all, '')
    else reply.send(status, [...jsonType, ...all], body)
  }
}

/** What calls under way may still need of their client: an answer, a notification, its leave. */
const isLastWord = ({ method }: Inbound, body: unknown): boolean =>
  method === 'DELETE' || (isRecord(body) && !('method' in body && 'id' in body))

const closing: Refusal = { ...unavailable('The server is shutting down.', 1), isFinal: true }

const events = channel('edge')
