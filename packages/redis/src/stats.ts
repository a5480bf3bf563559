/** How a connection is. */
export type RedisState = 'unused' | 'connecting' | 'connected' | 'down' | 'closed'

/** How a connection to Redis is, and what has happened on it. */
export interface RedisStats {
  readonly name: string
  /** `unused` until something connects it; `down` after an attempt to connect failed, until one succeeds. */
  readonly state: RedisState
  /** Commands that have been sent and not answered. */
  readonly inFlight: number
  /** Commands that wait for the connection. */
  readonly waiting: number
  /** Commands so far. */
  readonly commands: number
  /** Those of them that failed, for whatever reason. */
  readonly failed: number
  /** Those of the failed ones that were not answered in time. */
  readonly timedOut: number
  /** Those of the failed ones that were never sent, because there was no connection. */
  readonly refused: number
  /** How often it was connected. */
  readonly connects: number
}
