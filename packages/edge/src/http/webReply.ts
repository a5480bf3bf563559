import { completed } from './completed.ts'
import { compress, encodingFor, varyByEncoding } from './compression.ts'
import { eventOf, pingText, streamHeaders } from './reply.ts'
import type { Reply, ReplySettings, SharedBytes, Stream } from './reply.ts'

/** The answer to a request of the web, as a `Response`. */
export class WebReply implements Reply {
  readonly headers: string[] = []
  requestId: string | undefined
  readonly response: Promise<Response>
  isOpen = true
  readonly #settings: ReplySettings
  readonly #accepted: string | undefined
  readonly #gone: Array<() => void> = []
  #resolve: (response: Response) => void = () => {}

  constructor(request: Request, settings: ReplySettings) {
    this.#settings = settings
    this.#accepted = request.headers.get('accept-encoding') ?? undefined
    this.response = new Promise((resolve) => (this.#resolve = resolve))
    if (request.signal.aborted) this.#leave()
    else request.signal.addEventListener('abort', () => this.#leave())
  }

  onGone(listener: () => void): void {
    this.#gone.push(listener)
  }

  send(status: number, headers: readonly string[], start: string, ending?: SharedBytes): void {
    const body = ending === undefined ? start : start + ending.text
    const { minBytes } = this.#settings
    const encoding = encodingFor(minBytes, this.#accepted, body.length, ending !== undefined)
    const varied = body.length >= minBytes || encoding !== undefined ? [...headers, ...varyByEncoding] : headers
    if (encoding !== undefined) {
      compress(encoding, start, ending).then(
        (bytes) => this.#answer(status, [...varied, 'content-encoding', encoding], bytes),
        () => this.#answer(status, varied, body),
      )
    } else this.#answer(status, varied, body)
  }

  stream(): Stream {
    const encoder = new TextEncoder()
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined
    let onDrain: (() => void) | undefined
    const drained = () => {
      onDrain?.()
      onDrain = undefined
    }
    const body = new ReadableStream<Uint8Array>({
      start: (given) => void (controller = given),
      pull: drained,
      cancel: () => {
        this.#leave()
        drained()
      },
    })
    this.#answer(200, streamHeaders, body)
    return {
      event: (json) => {
        if (!this.isOpen) return done
        controller?.enqueue(encoder.encode(eventOf(json)))
        return (controller?.desiredSize ?? 1) > 0 ? done : new Promise((resolve) => (onDrain = resolve))
      },
      ping: () => this.isOpen && controller?.enqueue(encoder.encode(pingText)),
      end: () => {
        if (!this.isOpen) return
        this.isOpen = false
        controller?.close()
      },
    }
  }

  relay(response: Response): Promise<void> {
    const headers = new Headers(response.headers)
    headers.delete('connection')
    for (let at = 0; at < this.headers.length; at += 2) headers.set(this.headers[at] ?? '', this.headers[at + 1] ?? '')
    return new Promise((resolve) => {
      const { body, status } = completed(response, () => {
        this.isOpen = false
        resolve()
      })
      this.#resolve(new Response(body, { status, headers }))
    })
  }

  #answer(status: number, headers: readonly string[], body: string | Buffer | ReadableStream<Uint8Array>): void {
    const all = new Headers()
    const flat = [...headers, ...this.headers]
    for (let at = 0; at < flat.length; at += 2) all.append(flat[at] ?? '', flat[at + 1] ?? '')
    this.#resolve(new Response(body === '' ? null : (body as string), { status, headers: all }))
    if (!(body instanceof ReadableStream)) this.isOpen = false
  }

  #leave(): void {
    if (!this.isOpen) return
    this.isOpen = false
    for (const listener of this.#gone) listener()
    this.#resolve(new Response(null, { status: 499 }))
  }
}

const done = Promise.resolve()
