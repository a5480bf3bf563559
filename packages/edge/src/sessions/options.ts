import { either, func, integer, off } from '@millrace/core'
import type { Check } from '@millrace/core'

/** Options of sessions. */
export interface SessionOptions {
  /**
   * How long a session without any open request or stream, and without a call that still runs, is kept, in milliseconds;
   * ≥ 1. @default 300_000
   */
  readonly idleMs?: number
  /**
   * How long one is kept at most for calls that still run while its client is not connected, in milliseconds; an integer
   * ≥ 1, or `Infinity`. Counts where it is more than `idleMs`. @default 3_600_000
   */
  readonly detachedMs?: number
  /**
   * Most sessions at a time; an integer ≥ 1. Beyond it the one longest idle ends, and a client that finds none idle is
   * told to come back (503). @default 10_000
   */
  readonly maxSessions?: number
  /**
   * Events that are kept for each session, so that a client which lost its stream can resume it; `false` for none.
   * @default 256
   */
  readonly maxEvents?: number | false
  /**
   * Bytes that the JSON of those events may take for each session; an integer ≥ 1, or `Infinity`. A larger event is not
   * kept: a client that has missed it cannot get it again. @default 1 MiB
   */
  readonly maxEventBytes?: number
  /** How soon a client that lost its stream should come back, in milliseconds; ≥ 0. @default the client's own choice */
  readonly retryMs?: number
  /** Makes the SDK's `EventStore` of a session, in place of one in memory, for streams resumed on another process. */
  readonly eventStore?: () => object
}

export const sessionChecks: { readonly [option: string]: Check } = {
  idleMs: integer({ min: 1 }),
  detachedMs: integer({ min: 1, unlimited: true }),
  maxSessions: integer({ min: 1 }),
  maxEvents: either(integer({ min: 1 }), off),
  maxEventBytes: integer({ min: 1, unlimited: true }),
  retryMs: integer({ min: 0 }),
  eventStore: func,
}
