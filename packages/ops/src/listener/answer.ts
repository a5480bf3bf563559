import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'

/** What a route answers: all of it, or something that goes on. */
export interface Answer {
  /** @default 200 */
  readonly status?: number | undefined
  /** What `Content-Type` says. */
  readonly type: string
  readonly headers?: { readonly [name: string]: string } | undefined
  /** Text and bytes; a stream, which is destroyed when the caller goes; or what writes to the response by itself. */
  readonly body: string | Uint8Array | Readable | ((response: ServerResponse) => void)
  /** How long a caller may take nothing of a stream before it is given up, in milliseconds. @default 30_000 */
  readonly stalledMs?: number | undefined
}

/** An answer in JSON. */
export const json = (value: unknown, status = 200): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
})

/** An answer in a sentence. */
export const sentence = (status: number, text: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${text}\n`,
  headers,
})

/** Writes an answer. Text of some length is compressed for who takes that. */
export const write = async (request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> => {
  const { status = 200, type, headers, body, stalledMs = 30_000 } = answer
  for (const [name, value] of Object.entries({ ...safe, 'content-type': type, ...headers })) {
    response.setHeader(name, value)
  }
  response.statusCode = status
  if (typeof body === 'function') return request.method === 'HEAD' ? void response.end() : body(response)
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    const { pipeline } = await import('node:stream/promises')
    // What waits to be taken is as large as the heap.
    response.setTimeout(stalledMs, () => response.destroy())
    return pipeline(body, response)
  }
  const bytes = Buffer.from(body)
  const packed = await compressed(request, bytes)
  if (packed !== undefined) response.setHeader('content-encoding', 'gzip')
  response.setHeader('vary', 'accept-encoding')
  const { length } = packed ?? bytes
  response.setHeader('content-length', length)
  response.end(request.method === 'HEAD' ? undefined : (packed ?? bytes))
}

const compressed = async (request: IncomingMessage, bytes: Buffer): Promise<Buffer | undefined> => {
  if (
    bytes.length < worthBytes ||
    !/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(request.headers['accept-encoding'] ?? '')
  )
    return undefined
  // Loaded when it is wanted: it costs a start some milliseconds.
  const { gzip } = await import('node:zlib')
  return new Promise((resolve, reject) => {
    gzip(bytes, { level: 4 }, (error, packed) => (error === null ? resolve(packed) : reject(error)))
  })
}

const worthBytes = 1024

// Nothing of it is for caches, frames, or pages of other sites.
const safe = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
