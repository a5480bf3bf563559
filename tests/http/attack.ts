/** One thing to send to an HTTP server, and what it may answer. */
export interface Attack {
  readonly kind: string
  readonly bytes: Buffer
  /** Statuses that are right; `closed` when hanging up without a word is right as well. */
  readonly allowed: ReadonlySet<number | 'closed'>
  /** Whether the connection is good for another request afterwards. */
  readonly isWhole: boolean
  /** Whether the client hangs up as soon as it has written. */
  readonly isLeaving?: boolean
  /** The id that a 200 has to carry. */
  readonly id?: unknown
}

/** Largest body that the server under attack takes. */
export const maxBodyBytes = 20_000

/** Names and values, of which several may have one name. */
export type Headers = ReadonlyArray<readonly [name: string, value: string]>

/** What every client of 2025 sends. */
export const standing: Headers = [
  ['host', '127.0.0.1'],
  ['content-type', 'application/json'],
  ['accept', 'application/json, text/event-stream'],
]

/** The bytes of a request. */
export const post = (headers: Headers, body: string | Buffer, line = 'POST /mcp HTTP/1.1'): Buffer => {
  const all = [...headers, ['content-length', String(Buffer.byteLength(body))] as const]
  const head = [line, ...all.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string)])
}

/** Where it says what it can do. */
export const capabilities = 'io.modelcontextprotocol/clientCapabilities'

/** What every client of 2026-07-28 says of itself. */
export const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
  [capabilities]: {},
}

/** What every client of 2026-07-28 sends. */
export const modernHeaders = (method: string, name?: string): Headers => [
  ...standing,
  ['mcp-protocol-version', '2026-07-28'],
  ['mcp-method', method],
  ...(name === undefined ? [] : [['mcp-name', name] as const]),
]

/** A call in order. */
export const echo = (id: unknown, q = 'hi') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { q } },
})
