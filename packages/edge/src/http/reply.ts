/** Where the answer to one HTTP request goes. Exactly one of `send`, `stream` and `relay` is called, once. */
export interface Reply {
  /** Headers that every answer carries, name and value in turn: the request's id, CORS. */
  readonly headers: string[]
  /** What the request is called in logs; undefined until it is admitted. */
  requestId: string | undefined
  /** Whether the caller is still there. */
  readonly isOpen: boolean
  /** Calls `listener` once when the caller is gone before the answer was complete. */
  onGone(listener: () => void): void
  /**
   * A whole answer.
   *
   * @param headers name and value in turn, in lower case
   * @param ending what comes after the body, where many answers end the same
   */
  send(status: number, headers: readonly string[], body: string, ending?: SharedBytes): void
  /** Begins an answer of server-sent events. */
  stream(): Stream
  /**
   * Passes on an answer that an SDK has made. Resolves when it is complete or the caller is gone; rejects when it breaks
   * off, with the connection.
   */
  relay(response: Response): Promise<void>
}

/** The same text and bytes for many answers. */
export interface SharedBytes {
  readonly text: string
  readonly bytes: Buffer
}

/** What all answers of an edge have in common. */
export interface ReplySettings {
  /** Smallest body that is compressed, in bytes. */
  readonly minBytes: number
  /** How long a client may take nothing of an answer that waits for it, in milliseconds. */
  readonly stalledMs: number
  /** Whether each connection ends with its next answer. */
  readonly isLast: boolean
}

/** An answer of server-sent events. */
export interface Stream {
  /** One message, as JSON. Waits, when the caller reads slower than is written. */
  event(json: string): Promise<void>
  /** A line that clients ignore, which shows proxies that the call still runs. */
  ping(): void
  end(): void
}

/** Headers of every stream, as both SDKs send them. */
export const streamHeaders = [
  'content-type',
  'text/event-stream',
  'cache-control',
  'no-cache, no-transform',
  'x-accel-buffering',
  'no',
] as const

/** One message as a server-sent event. JSON has no line breaks of its own. */
export const eventOf = (json: string): string => `event: message\ndata: ${json}\n\n`

export const pingText = ': keepalive\n\n'

export const jsonType = ['content-type', 'application/json'] as const
