/** The beginning of an HTTP answer, as far as somebody who waits for its body looks at it. */
export interface Head {
  readonly status: number
  /** Names in lower case; of a header that is repeated, the last. */
  readonly headers: Headers
  /** How the body ends: after so many bytes, after its last chunk, or with the connection. */
  readonly body: number | 'chunked' | 'closed'
  /** Whether the connection takes another request afterwards. */
  readonly isKept: boolean
  /** How long the server keeps it, as it says itself, milliseconds. @default Infinity */
  readonly keptMs: number
}

/** Headers of an answer. */
export interface Headers {
  readonly [name: string]: string | undefined
}

/**
 * Reads the beginning of an answer (RFC 9112, sections 4 to 6).
 *
 * @param text up to the empty line, without it
 * @returns undefined for what is no HTTP/1
 */
export const headOf = (text: string): Head | undefined => {
  const [first = '', ...lines] = text.split(/\r?\n/)
  const [, minor, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? []
  if (code === undefined) return undefined
  const headers: { [name: string]: string } = Object.create(null) as object as { [name: string]: string }
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const status = Number(code)
  const body = bodyOf(status, headers)
  const options = (headers['connection'] ?? '').toLowerCase()
  const isOffered = minor === '1' ? !options.includes('close') : options.includes('keep-alive')
  const [, seconds] = /timeout=(\d+)/.exec(headers['keep-alive'] ?? '') ?? []
  return {
    status,
    headers,
    body,
    isKept: body !== 'closed' && isOffered,
    keptMs: seconds === undefined ? Infinity : Number(seconds) * 1000,
  }
}

const bodyOf = (status: number, headers: Headers): Head['body'] => {
  if (status < 200 || status === 204 || status === 304) return 0
  if (/(?:^|[,\s])chunked\s*$/i.test(headers['transfer-encoding'] ?? '')) return 'chunked'
  const length = headers['content-length'] ?? ''
  return /^\d+$/.test(length) ? Number(length) : 'closed'
}
