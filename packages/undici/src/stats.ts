import type { Tally } from './tally.ts'

/** One origin that is being asked. */
export interface OriginStats {
  /** Requests that run. */
  readonly active: number
  /** Requests that wait for their turn. */
  readonly waiting: number
}

/** How a pool is, and what has happened in it since it was opened. */
export interface HttpPoolStats extends OriginStats, Readonly<Tally> {
  /** The pool's name. */
  readonly name: string
  /** Connections that are open. */
  readonly connections: number
  /** The same by origin, of those that are being asked. */
  readonly origins: { readonly [origin: string]: OriginStats }
}
