import type { Params, Prepared } from '../wire/request.ts'
import type { Lane, Reply } from '../wire/lane.ts'
import { clientInfo, headerLines, legacy, notificationText, prepare } from '../wire/era.ts'
import type { Era } from '../wire/era.ts'
import { textOf } from '../wire/request.ts'
import { replyOf } from './answered.ts'
import type { Answered } from './answered.ts'
import { Connection } from './connection.ts'
import type { Place } from './connection.ts'
import { exchange } from './exchange.ts'

/** How an HTTP server is reached. */
export interface HttpOptions extends Place {
  /** Headers of the user's, names and values in turn. */
  readonly headers: readonly string[]
}

/** One connection to an HTTP server, kept open, with a session of its own where the server has sessions. */
export class HttpLane implements Lane {
  readonly #options: HttpOptions
  readonly #connection: Connection
  /** What every request begins with after its method, up to the headers that change. */
  readonly #common: string
  #era: Era
  #session: string | undefined
  /** The same with the revision, and the session where there is one. */
  #head: string
  #hasSessions: boolean
  #lastId = 0

  /** @param hasSessions whether a session is opened before the first request */
  constructor(options: HttpOptions, era: Era, hasSessions: boolean) {
    const { url, headers } = options
    this.#options = options
    this.#connection = new Connection(options)
    const own = new Set(headers.filter((_, index) => index % 2 === 0))
    const usual = ['host', url.host, 'content-type', 'application/json', 'accept', accepted, ...authorization(url)]
    const others = usual.flatMap((name, index) => (index % 2 === 0 && !own.has(name) ? [name, usual[index + 1]!] : []))
    this.#common = ` ${url.pathname}${url.search} HTTP/1.1\r\n${headerLines([...others, ...headers])}`
    this.#era = era
    this.#hasSessions = hasSessions
    this.#head = this.#headOf(era)
  }

  /** The session that `initialize` has given. */
  get session(): string | undefined {
    return this.#session
  }

  async send(request: Prepared, timeoutMs: number): Promise<Reply> {
    if (this.#hasSessions && this.#session === undefined) {
      const { ending, bytes } = await this.initialize(this.#era, timeoutMs)
      if (ending !== undefined) return { ending, bytes }
    }
    return this.#send(request, timeoutMs)
  }

  /** Begins as revisions before 2026-07-28 ask for it. */
  async initialize(era: Era, timeoutMs: number): Promise<Reply> {
    this.#era = legacy
    this.#head = this.#common
    const params = { protocolVersion: era.revision, capabilities: {}, clientInfo }
    const reply = await this.#send(prepare(legacy, { method: 'initialize', params }), timeoutMs)
    const { protocolVersion } = (reply.message?.['result'] ?? {}) as Params
    this.#era = { revision: typeof protocolVersion === 'string' ? protocolVersion : era.revision, isModern: false }
    this.#head = this.#headOf(this.#era)
    if (reply.ending === undefined) await this.#tell(this.#connection, 'POST', initialized, timeoutMs)
    return reply
  }

  async close(): Promise<void> {
    // What is still unanswered is not waited for.
    const leaving = this.#connection.isFree ? this.#connection : new Connection(this.#options)
    if (leaving !== this.#connection) this.#connection.close()
    if (this.#session !== undefined) await this.#tell(leaving, 'DELETE', '', leaveMs)
    leaving.close()
  }

  async #send(request: Prepared, timeoutMs: number): Promise<Reply> {
    const id = (this.#lastId += 1)
    const answered = await this.#exchange(this.#connection, this.#wired(request, id), id, timeoutMs)
    const session = answered.headers['mcp-session-id']
    if (session !== undefined && session !== this.#session) this.#session = session
    // The server has forgotten the session, as it may: the next request opens another.
    if (answered.status === 404 && this.#session !== undefined) this.#session = undefined
    return replyOf(answered, id)
  }

  /** A request as it goes over the wire: all but its id was made ready before. */
  #wired(request: Prepared, id: number): string | Buffer {
    const body = textOf(request, id)
    const bytes = body.length - request.tail.length + request.tailBytes
    const head = `POST${this.#head}${request.headerLines}content-length: ${bytes}\r\n\r\n`
    return bytes === body.length ? head + body : Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
  }

  /** Says something that gets no answer but that it has come. @param text in ASCII */
  async #tell(connection: Connection, method: string, text: string, timeoutMs: number): Promise<void> {
    const request = `${method}${this.#head}content-length: ${text.length}\r\n\r\n${text}`
    await this.#exchange(connection, request, undefined, timeoutMs)
  }

  #exchange(
    connection: Connection,
    request: string | Buffer,
    id: number | undefined,
    timeoutMs: number,
  ): Promise<Answered> {
    return exchange(connection, { request, id, timeoutMs, onOther: this.#answerTo }, this.#options.clock)
  }

  /** A server may ask its client something in the middle of a call; this one can do nothing but say so. */
  readonly #answerTo = ({ id }: Params): void => {
    if (id === undefined) return
    const connection = new Connection(this.#options)
    const text = asciiOf({ jsonrpc: '2.0', id, error: { code: -32_601, message: 'This client only calls.' } })
    void this.#tell(connection, 'POST', text, leaveMs).then(() => connection.close())
  }

  #headOf({ revision }: Era): string {
    const session = this.#session === undefined ? [] : ['mcp-session-id', this.#session]
    return this.#common + headerLines(['mcp-protocol-version', revision, ...session])
  }
}

const initialized = notificationText('notifications/initialized', {})

/** JSON without a character beyond ASCII: what a server has chosen comes back in it. */
const asciiOf = (value: object): string =>
  JSON.stringify(value).replaceAll(
    /[\u0080-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const accepted = 'application/json, text/event-stream'
const leaveMs = 1000

const authorization = ({ username, password }: URL): string[] => {
  if (username === '' && password === '') return []
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return ['authorization', `Basic ${secret}`]
}
