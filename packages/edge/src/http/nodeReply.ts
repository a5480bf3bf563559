import type { ServerResponse } from 'node:http'
import { compress, encodingFor, varyByEncoding } from './compression.ts'
import { eventOf, pingText, streamHeaders } from './reply.ts'
import type { Reply, ReplySettings, SharedBytes, Stream } from './reply.ts'

/** The answer to a request of `node:http`. */
export class NodeReply implements Reply {
  readonly headers: string[] = []
  requestId: string | undefined
  readonly #response: ServerResponse
  readonly #settings: ReplySettings
  readonly #accepted: string | undefined

  /** @param accepted the request's `Accept-Encoding` */
  constructor(response: ServerResponse, settings: ReplySettings, accepted: string | undefined) {
    this.#response = response
    this.#settings = settings
    this.#accepted = accepted
  }

  get isOpen(): boolean {
    return !this.#response.destroyed
  }

  onGone(listener: () => void): void {
    this.#response.on('close', () => {
      if (!this.#response.writableFinished) listener()
    })
  }

  send(status: number, headers: readonly string[], body: string, ending?: SharedBytes): void {
    const length = body.length + (ending?.bytes.length ?? 0)
    const { minBytes } = this.#settings
    const encoding = encodingFor(minBytes, this.#accepted, length, ending !== undefined)
    const varied = length >= minBytes || encoding !== undefined ? [...headers, ...varyByEncoding] : headers
    if (encoding !== undefined) {
      compress(encoding, body, ending).then(
        (bytes) => this.#write(status, [...varied, 'content-encoding', encoding], bytes),
        () => this.#write(status, varied, body, ending?.bytes),
      )
    } else this.#write(status, varied, body, ending?.bytes)
  }

  stream(): Stream {
    const response = this.#response
    response.writeHead(200, [...streamHeaders, ...this.headers, ...this.#ending])
    response.flushHeaders()
    return {
      event: (json) => this.#push(eventOf(json)),
      // One who does not read is not to find all of them later.
      ping: () => void (response.writableNeedDrain || response.write(pingText)),
      end: () => {
        response.end()
        this.#patience()
      },
    }
  }

  async relay(response: Response): Promise<void> {
    const target = this.#response
    // Gone before the SDK had an answer.
    if (target.destroyed) return response.body?.cancel()
    // Whether the connection lives on is between this server and its client.
    const headers = [...response.headers].filter(([name]) => name !== 'connection').flat()
    target.writeHead(response.status, [...headers, ...this.headers, ...this.#ending])
    if (response.body === null) return void target.end()
    target.flushHeaders()
    const reader = response.body.getReader()
    target.on('close', () => void reader.cancel().catch(() => {}))
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) await this.#push(part.value)
      target.end()
    } catch (error) {
      // Half an answer must not look like a whole one.
      target.destroy()
      throw error
    }
  }

  get #ending(): readonly string[] {
    return this.#settings.isLast ? connectionClose : []
  }

  #write(status: number, headers: readonly string[], body: string | Buffer, ending?: Buffer): void {
    const ownLength = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    const length = ownLength + (ending?.length ?? 0)
    const all = [...headers, ...this.headers]
    if (this.#settings.isLast) all.push(...connectionClose)
    if (length > 0 || status !== 204) all.push('content-length', String(length))
    this.#response.writeHead(status, all)
    // Text that is all ASCII needs no encoder, and most is.
    const encoding = ownLength === body.length ? 'latin1' : 'utf8'
    if (ending === undefined) this.#response.end(body, encoding)
    else {
      this.#response.cork()
      this.#response.write(body, encoding)
      this.#response.end(ending)
    }
    this.#patience()
  }

  /** A client that takes nothing more of what waits for it loses its connection after a while. */
  #patience(): void {
    const { stalledMs } = this.#settings
    if (this.#response.writableLength > 0 && stalledMs < Infinity) this.#response.setTimeout(stalledMs)
  }

  #push(chunk: string | Uint8Array): Promise<void> {
    const response = this.#response
    if (response.destroyed || response.write(chunk)) return done
    this.#patience()
    return new Promise((resolve) => {
      const go = () => {
        response.setTimeout(0)
        response.off('drain', go)
        response.off('close', go)
        resolve()
      }
      response.on('drain', go)
      response.on('close', go)
    })
  }
}

const connectionClose = ['connection', 'close'] as const

const done = Promise.resolve()
