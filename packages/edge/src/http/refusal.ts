/** An answer that the edge gives without a server: an HTTP status and a JSON-RPC error. */
export interface Refusal {
  readonly status: number
  readonly code: number
  /** One sentence for whoever called. */
  readonly message: string
  /** Further headers, name and value in turn. */
  readonly headers?: readonly string[]
  /** What is said instead of the error of JSON-RPC, as JSON. */
  readonly body?: string
  /** Nothing more of the request is read: the connection ends with the answer. */
  readonly isFinal?: boolean
}

/** A refusal as both SDKs write it; the id is unknown while the body is not parsed. */
export const refusalBody = ({ code, message }: Refusal, id = 'null'): string =>
  `{"jsonrpc":"2.0","error":{"code":${code},"message":${JSON.stringify(message)}},"id":${id}}`

export const notAllowed = (allow: string): Refusal => ({
  status: 405,
  code: -32000,
  message: 'Method not allowed.',
  headers: ['allow', allow],
})

export const unsupportedMediaType: Refusal = {
  status: 415,
  code: -32000,
  message: 'Unsupported Media Type: Content-Type must be application/json',
  isFinal: true,
}

/** A body that is compressed, which neither SDK reads. */
export const unsupportedCoding: Refusal = {
  status: 415,
  code: -32000,
  message: 'Unsupported Media Type: the request body must not be compressed',
  headers: ['accept-encoding', 'identity'],
}

export const notAcceptable: Refusal = {
  status: 406,
  code: -32000,
  message: 'Not Acceptable: Client must accept both application/json and text/event-stream',
}

export const tooLarge = (maxBytes: number): Refusal => ({
  status: 413,
  code: -32000,
  message: `Payload Too Large: Request body must not exceed ${maxBytes} bytes`,
  isFinal: true,
})

export const notJson: Refusal = { status: 400, code: -32700, message: 'Parse error: Invalid JSON' }

export const notReadable: Refusal = {
  status: 400,
  code: -32700,
  message: 'Parse error: the request body could not be read',
  isFinal: true,
}

export const notFound: Refusal = { status: 404, code: -32001, message: 'Session not found' }

export const internal: Refusal = { status: 500, code: -32603, message: 'Internal server error' }

/** @param seconds after which trying again makes sense */
export const unavailable = (message: string, seconds: number): Refusal => ({
  status: 503,
  code: 1503,
  message,
  headers: ['retry-after', String(seconds)],
})
