/** Why a pool closed a connection. */
export type PgCloseReason =
  /** It was not used for as long as connections may idle. */
  | 'idle'
  /** It has lived as long as connections may. */
  | 'lifetime'
  /** It has been used as often as connections may. */
  | 'uses'
  /** It broke, or did not answer. */
  | 'broken'
  /** The pool became smaller. */
  | 'resized'
  /** The pool is closing. */
  | 'closing'

/** What every event of a pool says of its state. */
export interface PgNumbers {
  /** The pool's name. */
  readonly pool: string
  /** How many connections it may have. */
  readonly limit: number
  /** Connections that it has. */
  readonly size: number
  /** Connections that nobody uses. */
  readonly idle: number
  /** Callers that wait for one. */
  readonly waiting: number
}

/** What pools of PostgreSQL connections say while they work. Numbers are absolute, at the moment of the event. */
export type PgEvent =
  | (PgNumbers & { readonly type: 'pg.connected'; readonly elapsedMs: number })
  | (PgNumbers & { readonly type: 'pg.connectFailed'; readonly elapsedMs: number; readonly error: unknown })
  | (PgNumbers & {
      readonly type: 'pg.closed'
      readonly reason: PgCloseReason
      /** Why it broke, when it said so. */
      readonly error: unknown
    })
  | (PgNumbers & {
      /** A caller got no connection: too many wait, or it has waited for as long as callers may. */
      readonly type: 'pg.exhausted'
      readonly reason: 'full' | 'waited'
      readonly waitMs: number
      /** Callers it has refused so far. */
      readonly exhausted: number
    })
  | (PgNumbers & {
      /** How many connections it may have has changed. */
      readonly type: 'pg.resized'
      readonly before: number
    })
  | {
      readonly type: 'pg.query'
      readonly pool: string
      /** From the moment it had a connection. */
      readonly tookMs: number
      readonly waitMs: number
      /** What it failed with; undefined when it went well. */
      readonly error: unknown
    }
  | {
      /** A query that nobody waits for any more was cancelled on the server. */
      readonly type: 'pg.cancelled'
      readonly pool: string
      /** From the request to cancel to the end of the query. */
      readonly elapsedMs: number
      /** Whether the connection could be kept; else it was cut. */
      readonly isKept: boolean
    }
  | {
      readonly type: 'pg.retried'
      readonly pool: string
      /** The attempt that comes next, the first retry being 2. */
      readonly attempt: number
      readonly delayMs: number
      readonly error: unknown
    }
  | {
      /** What only reads went to the primary: no replica could answer, or was worth asking so soon after it could not. */
      readonly type: 'pg.failedOver'
      /** The replica's pool; the first one's when all were down already. */
      readonly pool: string
      readonly error: unknown
    }
