import { channel } from '@millrace/core'
import type { Clock, Timer } from '@millrace/core'
import { defaultPrincipal } from '@millrace/mcp'
import type { AuthInfo } from '@millrace/mcp'
import { webTransport } from '../handover/stateless.ts'
import type { HandedOver, WebTransport } from '../handover/stateless.ts'
import { notFound, unavailable } from '../http/refusal.ts'
import type { Refusal } from '../http/refusal.ts'
import { takeApart } from '../servers/line.ts'
import type { CreateServer, MadeServer } from '../servers/line.ts'
import { eventStore } from './eventStore.ts'
import type { SessionOptions } from './options.ts'

/** One client of 2025 with a server and a transport of the SDK to itself. */
interface Session {
  readonly made: MadeServer
  readonly transport: WebTransport
  /** Whose it is: nobody else's requests reach it. */
  readonly principal: string | undefined
  /** Requests and streams that are open. */
  open: number
  idleSince: number
  timer: Timer | undefined
}

/**
 * The sessions of an edge. The SDKs keep a session until its client takes leave, which most never do: here one that
 * has been idle for long enough ends, and there are at most so many.
 */
export class Sessions {
  readonly #create: CreateServer
  readonly #clock: Clock
  readonly #keepAliveMs: number
  readonly #options: SessionOptions
  /** The one longest idle first. */
  readonly #sessions = new Map<string, Session>()

  constructor(create: CreateServer, options: SessionOptions, clock: Clock, keepAliveMs: number) {
    this.#create = create
    this.#options = options
    this.#clock = clock
    this.#keepAliveMs = keepAliveMs
  }

  /** Sessions at present. */
  get size(): number {
    return this.#sessions.size
  }

  /** Answers an `initialize` with a session of its own. */
  async start(request: Request, handed: HandedOver): Promise<Response | Refusal> {
    if (!this.#makeRoom()) return unavailable('The server has as many sessions as it can hold: try again later.', 5)
    const made = takeApart(await this.#create({ era: 'legacy', authInfo: handed.authInfo, requestInfo: request }))
    const { maxEvents = 256, retryMs, eventStore: make } = this.#options
    const transport = await webTransport(made, {
      sessionIdGenerator: () => crypto.randomUUID(),
      keepAliveMs: this.#keepAliveMs,
      ...(retryMs === undefined ? {} : { retryInterval: retryMs }),
      ...(maxEvents === false ? {} : { eventStore: make?.() ?? eventStore(maxEvents) }),
      onsessioninitialized: (id) => this.#begin(id, made, transport, handed.authInfo),
    })
    await made.server.connect(transport as never)
    const response = await transport.handleRequest(request, handed as never)
    const session = this.#sessions.get(transport.sessionId ?? '')
    // The SDK has refused the handshake; nobody can come back to it.
    if (session === undefined) await made.server.close()
    else return this.#watch(transport.sessionId ?? '', session, response)
    return response
  }

  /** Answers a request that names a session: POST, GET or DELETE. */
  async serve(id: string, request: Request, handed: HandedOver): Promise<Response | Refusal> {
    const session = this.#sessions.get(id)
    // Somebody else's session does not exist.
    if (session === undefined || session.principal !== principalOf(handed.authInfo)) return notFound
    session.open += 1
    session.timer?.cancel()
    this.#sessions.delete(id)
    this.#sessions.set(id, session)
    try {
      return this.#watch(id, session, await session.transport.handleRequest(request, handed as never))
    } catch (error) {
      this.#leave(id, session)
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map(([id, session]) => this.#end(id, session, 'closed')))
  }

  #begin(id: string, made: MadeServer, transport: WebTransport, authInfo: unknown): void {
    const session: Session = {
      made,
      transport,
      principal: principalOf(authInfo),
      open: 1,
      idleSince: this.#clock.now(),
      timer: undefined,
    }
    this.#sessions.set(id, session)
    const holder = made.protocol as { onclose?: (() => void) | undefined }
    const { onclose } = holder
    holder.onclose = () => {
      this.#forget(id, session, 'ended')
      onclose?.()
    }
    if (events.hasSubscribers) events.publish({ type: 'edge.sessionOpened', sessions: this.#sessions.size })
  }

  /** Notes when the answer is complete or nobody reads it any more. */
  #watch(id: string, session: Session, response: Response): Response {
    const { body, status, headers } = response
    if (body === null) {
      this.#leave(id, session)
      return response
    }
    const leave = () => this.#leave(id, session)
    const end = new TransformStream<Uint8Array, Uint8Array>({ flush: leave })
    body.pipeTo(end.writable).catch(leave)
    return new Response(end.readable, { status, headers })
  }

  #leave(id: string, session: Session): void {
    session.open -= 1
    if (session.open > 0 || this.#sessions.get(id) !== session) return
    session.idleSince = this.#clock.now()
    const { idleMs = 300_000 } = this.#options
    session.timer = this.#clock.after(idleMs, () => void this.#end(id, session, 'idle'))
  }

  #makeRoom(): boolean {
    const { maxSessions = 10_000 } = this.#options
    if (this.#sessions.size < maxSessions) return true
    for (const [id, session] of this.#sessions) {
      if (session.open > 0) continue
      void this.#end(id, session, 'evicted')
      return true
    }
    return false
  }

  #end(id: string, session: Session, reason: SessionEnd): Promise<void> {
    this.#forget(id, session, reason)
    return session.made.server.close()
  }

  #forget(id: string, session: Session, reason: SessionEnd): void {
    session.timer?.cancel()
    if (this.#sessions.get(id) !== session) return
    this.#sessions.delete(id)
    if (events.hasSubscribers) events.publish({ type: 'edge.sessionClosed', reason, sessions: this.#sessions.size })
  }
}

type SessionEnd = 'ended' | 'idle' | 'evicted' | 'closed'

const principalOf = (authInfo: unknown): string | undefined => defaultPrincipal(authInfo as AuthInfo | undefined)

const events = channel('edge')
