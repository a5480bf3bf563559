import type { Clock } from '@millrace/core'
import { Client } from 'undici'
import type { Lane, Reply } from '../wire/lane.ts'
import { clientInfo, legacy, notificationText, prepare } from '../wire/era.ts'
import type { Era } from '../wire/era.ts'
import { textOf } from '../wire/request.ts'
import type { Params, Prepared } from '../wire/request.ts'
import { replyOf } from './answered.ts'
import type { Answered } from './answered.ts'
import { exchange } from './exchange.ts'

/** How an HTTP server is reached. */
export interface HttpOptions {
  readonly url: URL
  /** Headers of the user's, names and values in turn. */
  readonly headers: readonly string[]
  readonly clock: Clock
}

/** One connection to an HTTP server, kept open, with a session of its own where the server has sessions. */
export class HttpLane implements Lane {
  readonly #client: Client
  readonly #options: HttpOptions
  readonly #path: string
  readonly #common: readonly string[]
  #era: Era
  #session: string | undefined
  #headers: string[] = []
  #hasSessions: boolean
  #lastId = 0

  /** @param hasSessions whether a session is opened before the first request */
  constructor(options: HttpOptions, era: Era, hasSessions: boolean) {
    const { url, headers } = options
    this.#options = options
    this.#path = url.pathname + url.search
    this.#client = new Client(url.origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
    this.#common = ['content-type', 'application/json', 'accept', accepted, ...authorization(url), ...headers]
    this.#era = era
    this.#hasSessions = hasSessions
    this.#renewHeaders()
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
    this.#headers = [...this.#common]
    const params = { protocolVersion: era.revision, capabilities: {}, clientInfo }
    const reply = await this.#send(prepare(legacy, { method: 'initialize', params }), timeoutMs)
    const { protocolVersion } = (reply.message?.['result'] ?? {}) as Params
    this.#era = { revision: typeof protocolVersion === 'string' ? protocolVersion : era.revision, isModern: false }
    this.#renewHeaders()
    if (reply.ending === undefined) await this.#post(notificationText('notifications/initialized', {}), timeoutMs)
    return reply
  }

  async close(): Promise<void> {
    if (this.#session !== undefined) {
      await this.#client
        .request({ path: this.#path, method: 'DELETE', headers: this.#headers, headersTimeout: leaveMs })
        .then(({ body }) => body.dump())
        .catch(() => undefined)
    }
    await this.#client.destroy()
  }

  async #send(request: Prepared, timeoutMs: number): Promise<Reply> {
    const id = (this.#lastId += 1)
    const headers = request.headers.length === 0 ? this.#headers : [...this.#headers, ...request.headers]
    const answered = await this.#exchange(textOf(request, id), id, headers, timeoutMs)
    const session = answered.headers['mcp-session-id']
    if (typeof session === 'string' && session !== this.#session) this.#session = session
    // The server has forgotten the session, as it may: the next request opens another.
    if (answered.status === 404 && this.#session !== undefined) this.#session = undefined
    return replyOf(answered, id)
  }

  async #post(body: string, timeoutMs: number): Promise<void> {
    await this.#exchange(body, undefined, this.#headers, timeoutMs)
  }

  #exchange(body: string, id: number | undefined, headers: string[], timeoutMs: number): Promise<Answered> {
    const onOther = (message: Params) => this.#answerTo(message)
    return exchange(this.#client, { path: this.#path, headers, body, id, timeoutMs, onOther }, this.#options.clock)
  }

  /** A server may ask its client something in the middle of a call; this one can do nothing but say so. */
  #answerTo({ id }: Params): void {
    if (id === undefined) return
    const error = { code: -32_601, message: 'This client only calls.' }
    const client = new Client(this.#options.url.origin)
    const body = JSON.stringify({ jsonrpc: '2.0', id, error })
    client
      .request({ path: this.#path, method: 'POST', headers: this.#headers, body })
      .then((answer) => answer.body.dump())
      .catch(() => undefined)
      .finally(() => void client.close())
  }

  #renewHeaders(): void {
    const session = this.#session === undefined ? [] : ['mcp-session-id', this.#session]
    this.#headers = [...this.#common, 'mcp-protocol-version', this.#era.revision, ...session]
  }
}

const accepted = 'application/json, text/event-stream'
const leaveMs = 1000

const authorization = ({ username, password }: URL): string[] => {
  if (username === '' && password === '') return []
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return ['authorization', `Basic ${secret}`]
}
