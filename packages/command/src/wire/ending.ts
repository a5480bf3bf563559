/** What became of a call, when it is not what was asked for. */
export interface Failure {
  readonly kind: FailureKind
  /** What tells failures of one kind apart, of low cardinality: `ECONNRESET`, `HTTP 502`, `-32602`. */
  readonly detail: string
  /** What the server said, shortened. */
  readonly message?: string
  /** When the server says to try again, milliseconds. */
  readonly retryAfterMs?: number
}

/** Kinds of failure, for tables. */
export type FailureKind =
  | 'transport'
  | 'no MCP answer'
  | 'JSON-RPC error'
  | 'tool error'
  | 'refused'
  | 'timed out'
  | 'input required'

/** How a call ended: `undefined` is a good answer. */
export type Ending = Failure | undefined

/** A text that is shown: one line of at most 200 characters. */
export const shortened = (text: string): string => {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line
}

const maxLength = 200
