import { channel } from '@millrace/core'
import type { Clock, Timer } from '@millrace/core'
import { defaultPrincipal } from '@millrace/mcp'
import { isNameless } from '@millrace/mcp/door'
import type { AuthInfo } from '@millrace/mcp'
import { webTransport } from '../handover/stateless.ts'
import type { HandedOver, WebTransport } from '../handover/stateless.ts'
import { completed } from '../http/completed.ts'
import { notFound, unavailable } from '../http/refusal.ts'
import type { Refusal } from '../http/refusal.ts'
import { takeApart } from '../servers/line.ts'
import type { CreateServer, MadeServer } from '../servers/line.ts'
import { eventStore } from './eventStore.ts'
import type { SessionOptions } from './options.ts'
import { runningCalls } from './runningCalls.ts'

/** One client of 2025 with a server and a transport of the SDK to itself. */
interface Session {
  readonly id: string
  readonly made: MadeServer
  readonly transport: WebTransport
  /** Whose it is: nobody else's requests reach it. */
  readonly owner: string | undefined
  /** Requests and streams that are open. */
  open: number
  /** Calls that are not answered, also those whose client has lost its connection. */
  running: ReadonlySet<unknown>
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
  readonly #newId: () => string
  /** The one longest idle first. */
  readonly #sessions = new Map<string, Session>()
  /** Handshakes under way, which are going to be sessions. */
  #starting = 0

  constructor(create: CreateServer, options: SessionOptions, clock: Clock, keepAliveMs: number, newId: () => string) {
    this.#create = create
    this.#options = options
    this.#clock = clock
    this.#keepAliveMs = keepAliveMs
    this.#newId = newId
  }

  /** Sessions at present. */
  get size(): number {
    return this.#sessions.size
  }

  /**
   * Answers an `initialize` with a session of its own.
   *
   * @throws TypeError when the caller is authenticated in a way that names nobody: nobody could come back to it
   */
  async start(request: Request, handed: HandedOver): Promise<Response | Refusal> {
    const owner = ownerOf(handed.authInfo)
    if (isNameless(owner)) throw new TypeError(nameless)
    if (!this.#makeRoom()) return unavailable('The server has as many sessions as it can hold: try again later.', 5)
    this.#starting += 1
    try {
      return await this.#start(request, handed, owner)
    } finally {
      this.#starting -= 1
    }
  }

  /** Answers a request that names a session: POST, GET or DELETE. */
  async serve(id: string, request: Request, handed: HandedOver): Promise<Response | Refusal> {
    const session = this.#sessions.get(id)
    // Somebody else's session does not exist.
    if (session === undefined || session.owner !== ownerOf(handed.authInfo)) return notFound
    session.open += 1
    session.timer?.cancel()
    this.#keep(session)
    try {
      return this.#watch(session, await session.transport.handleRequest(request, handed as never))
    } catch (error) {
      this.#leave(session)
      throw error
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.#end(session, 'closed')))
  }

  async #start(request: Request, handed: HandedOver, owner: string | undefined): Promise<Response> {
    const made = takeApart(await this.#create({ era: 'legacy', authInfo: handed.authInfo, requestInfo: request }))
    const { maxEvents = 256, maxEventBytes = 2 ** 20, retryMs, eventStore: make } = this.#options
    let session: Session | undefined
    let running: ReadonlySet<unknown> = new Set()
    const transport = await webTransport(made, {
      sessionIdGenerator: this.#newId,
      keepAliveMs: this.#keepAliveMs,
      ...(retryMs === undefined ? {} : { retryInterval: retryMs }),
      ...(maxEvents === false ? {} : { eventStore: make?.() ?? eventStore(maxEvents, maxEventBytes) }),
      onsessioninitialized: (id) =>
        (session = this.#begin({ id, made, transport, owner, open: 1, running, timer: undefined })),
    })
    await made.server.connect(transport as never)
    running = runningCalls(transport, () => session?.open === 0 && this.#rest(session))
    try {
      const response = await transport.handleRequest(request, handed as never)
      if (session !== undefined) return this.#watch(session, response)
      // The SDK has refused the handshake; nobody can come back to it.
      await made.server.close()
      return response
    } catch (error) {
      await made.server.close()
      throw error
    }
  }

  #begin(session: Session): Session {
    this.#sessions.set(session.id, session)
    const holder = session.made.protocol as { onclose?: (() => void) | undefined }
    const { onclose } = holder
    holder.onclose = () => {
      this.#forget(session, 'ended')
      onclose?.()
    }
    if (events.hasSubscribers) events.publish({ type: 'edge.sessionOpened', sessions: this.#sessions.size })
    return session
  }

  /** Notes when the answer is complete or nobody reads it any more. */
  #watch(session: Session, response: Response): Response {
    return completed(response, () => this.#leave(session))
  }

  #leave(session: Session): void {
    session.open -= 1
    if (session.open === 0) this.#rest(session)
  }

  /** Nobody is connected, from now on. */
  #rest(session: Session): void {
    if (this.#sessions.get(session.id) !== session) return
    const { idleMs = 300_000, detachedMs = 3_600_000 } = this.#options
    this.#keep(session)
    session.timer?.cancel()
    const waitMs = session.running.size > 0 ? Math.max(idleMs, detachedMs) : idleMs
    session.timer = this.#clock.after(waitMs, () => void this.#end(session, 'idle'))
  }

  /** It is the last of which somebody has heard. */
  #keep(session: Session): void {
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, session)
  }

  #makeRoom(): boolean {
    const { maxSessions = 10_000 } = this.#options
    if (this.#sessions.size + this.#starting < maxSessions) return true
    for (const session of this.#sessions.values()) {
      if (session.open > 0 || session.running.size > 0) continue
      void this.#end(session, 'evicted')
      return true
    }
    return false
  }

  async #end(session: Session, reason: SessionEnd): Promise<void> {
    this.#forget(session, reason)
    try {
      await session.made.server.close()
    } catch (error) {
      // The author's own `onclose`; nobody else waits for it.
      if (events.hasSubscribers) events.publish({ type: 'edge.failed', error })
    }
  }

  #forget(session: Session, reason: SessionEnd): void {
    session.timer?.cancel()
    if (!this.#sessions.delete(session.id)) return
    if (events.hasSubscribers) events.publish({ type: 'edge.sessionClosed', reason, sessions: this.#sessions.size })
  }
}

type SessionEnd = 'ended' | 'idle' | 'evicted' | 'closed'

/**
 * Whose a session is: issuer and subject where the token names them, so that it outlives the token, else the token
 * itself. Never the OAuth client, as many users may share one.
 */
const ownerOf = (authInfo: unknown): string | undefined => defaultPrincipal(authInfo as AuthInfo | undefined)

const nameless =
  'edge.sessions: authenticate must name the caller of a session, by extra.iss and extra.sub or by a token; got neither'

const events = channel('edge')
