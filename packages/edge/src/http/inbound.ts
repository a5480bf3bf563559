import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'

/** One HTTP request as the edge sees it, from whichever side it came. */
export interface Inbound {
  /** `POST`, in capitals. */
  readonly method: string
  /** What the request is called in logs, which everybody sees as `X-Request-Id`; undefined until it is admitted. */
  requestId: string | undefined
  /** A header by its lower-case name, as it came; of several with one name what Node makes of them. */
  header(name: string): string | undefined
  /** All headers by lower-case name, as SDK v1 shows them to handlers. */
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  /** The absolute address. Worked out when asked for. */
  readonly url: URL
  /** Whether it came to a loopback address of this machine, as far as that is known. */
  readonly isLoopback: boolean
  /** What an earlier layer (a framework's middleware) says of the caller: `req.auth`. */
  readonly auth: unknown
  /** The request without its body, as the web knows it. @param signal aborts when the caller is gone */
  toRequest(signal?: AbortSignal): Request
}

/** A request of `node:http`, or of a framework on top of it. */
export class NodeInbound implements Inbound {
  requestId: string | undefined
  readonly message: IncomingMessage
  #url: URL | undefined

  constructor(message: IncomingMessage) {
    this.message = message
  }

  get method(): string {
    return this.message.method ?? 'GET'
  }
  header(name: string): string | undefined {
    const value = this.message.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  }
  get headers(): { readonly [name: string]: string | string[] | undefined } {
    const { headers } = this.message
    return this.requestId === undefined || headers[idHeader] === this.requestId
      ? headers
      : { ...headers, [idHeader]: this.requestId }
  }
  get url(): URL {
    return (this.#url ??= addressOf(this.message))
  }
  get isLoopback(): boolean {
    const { localAddress } = this.message.socket
    return localAddress !== undefined && loopback.test(localAddress)
  }
  get auth(): unknown {
    return (this.message as { readonly auth?: unknown }).auth
  }
  toRequest(signal?: AbortSignal): Request {
    const headers = new Headers()
    const { rawHeaders } = this.message
    for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
    if (this.requestId !== undefined) headers.set(idHeader, this.requestId)
    return new Request(this.url, { method: this.method, headers, ...(signal === undefined ? {} : { signal }) })
  }
}

// RFC 1122, 3.2.1.3: all of 127.0.0.0/8.
const loopback = /^(?:::1|(?:::ffff:)?127\.[\d.]+)$/

// Express rewrites `url` for routers that are mounted somewhere; the whole path stays in `originalUrl`.
const addressOf = (message: IncomingMessage): URL => {
  const { originalUrl = message.url ?? '/' } = message as { readonly originalUrl?: string }
  const scheme = (message.socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http'
  const path = originalUrl.startsWith('/') ? originalUrl : pathOf(originalUrl)
  const named = `${scheme}://${message.headers.host}${path}`
  const address = new URL(URL.canParse(named) ? named : `${scheme}://localhost${path}`)
  // No web request can be made of an address with a user in it.
  address.username = address.password = ''
  return address
}

// RFC 9112, 3.2.2: a request may name the whole address, as proxies get it.
const pathOf = (target: string): string => {
  const { pathname, search } = URL.canParse(target) ? new URL(target) : { pathname: '/', search: '' }
  return pathname.startsWith('/') ? `${pathname}${search}` : '/'
}

/** A request of the web: Hono, or any runtime with `fetch`. */
export class WebInbound implements Inbound {
  requestId: string | undefined
  readonly isLoopback = false
  readonly request: Request
  readonly auth: unknown
  #headers: { readonly [name: string]: string } | undefined
  #url: URL | undefined

  /** @param auth what the caller of `fetch` says of the client */
  constructor(request: Request, auth: unknown) {
    this.request = request
    this.auth = auth
  }

  get method(): string {
    return this.request.method
  }
  header(name: string): string | undefined {
    return this.request.headers.get(name) ?? undefined
  }
  get headers(): { readonly [name: string]: string } {
    return (this.#headers ??= Object.fromEntries(this.#named()))
  }
  get url(): URL {
    return (this.#url ??= new URL(this.request.url))
  }
  toRequest(signal?: AbortSignal): Request {
    const { url, method } = this.request
    return new Request(url, { method, headers: this.#named(), ...(signal === undefined ? {} : { signal }) })
  }

  #named(): Headers {
    const headers = new Headers(this.request.headers)
    if (this.requestId !== undefined) headers.set(idHeader, this.requestId)
    return headers
  }
}

const idHeader = 'x-request-id'
