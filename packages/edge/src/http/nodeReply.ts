import type { ServerResponse } from 'node:http'
import { compress, encodingFor } from './compression.ts'
import type { Compression } from './compression.ts'
import { eventOf, pingText, streamHeaders } from './reply.ts'
import type { Reply, Stream } from './reply.ts'

/** The answer to a request of `node:http`. */
export class NodeReply implements Reply {
  readonly headers: string[] = []
  readonly #response: ServerResponse
  readonly #compression: Compression | undefined
  readonly #accepted: string | undefined

  /** @param accepted the request's `Accept-Encoding` */
  constructor(response: ServerResponse, compression: Compression | undefined, accepted: string | undefined) {
    this.#response = response
    this.#compression = compression
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

  send(status: number, headers: readonly string[], body: string): void {
    const encoding = encodingFor(this.#compression, this.#accepted, body)
    if (encoding !== undefined) {
      compress(encoding, body).then(
        (bytes) => this.#write(status, [...headers, 'content-encoding', encoding, 'vary', 'accept-encoding'], bytes),
        () => this.#write(status, headers, body),
      )
    } else this.#write(status, headers, body)
  }

  stream(): Stream {
    const response = this.#response
    response.writeHead(200, [...streamHeaders, ...this.headers])
    response.flushHeaders()
    return {
      event: (json) => this.#push(eventOf(json)),
      ping: () => void response.write(pingText),
      end: () => response.end(),
    }
  }

  async relay(response: Response): Promise<void> {
    const target = this.#response
    // Gone before the SDK had an answer.
    if (target.destroyed) return response.body?.cancel()
    target.writeHead(response.status, [...[...response.headers].flat(), ...this.headers])
    if (response.body === null) return void target.end()
    target.flushHeaders()
    const reader = response.body.getReader()
    target.on('close', () => void reader.cancel().catch(() => {}))
    for (let part = await reader.read(); !part.done; part = await reader.read()) await this.#push(part.value)
    target.end()
  }

  #write(status: number, headers: readonly string[], body: string | Buffer): void {
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    const all = [...headers, ...this.headers]
    if (length > 0 || status !== 204) all.push('content-length', String(length))
    this.#response.writeHead(status, all)
    // Text that is all ASCII needs no encoder, and most is.
    if (length === body.length) this.#response.end(body, 'latin1')
    else this.#response.end(body)
  }

  #push(chunk: string | Uint8Array): Promise<void> {
    const response = this.#response
    if (response.destroyed || response.write(chunk)) return done
    return new Promise((resolve) => {
      const go = () => {
        response.off('drain', go)
        response.off('close', go)
        resolve()
      }
      response.on('drain', go)
      response.on('close', go)
    })
  }
}

const done = Promise.resolve()
