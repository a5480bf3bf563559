import type { PgNumbers } from '@millrace/core'
import type { Tally } from './pool/tally.ts'
import type { QueryTally } from './query/tally.ts'

/** How a pool is, and what has happened in it since it was opened. */
export interface PoolStats extends PgNumbers, Readonly<Tally>, Readonly<QueryTally> {
  /** Connections in use. */
  readonly busy: number
  /** Texts that are prepared. */
  readonly prepared: number
}

/** How the pool of the primary is and what has happened in it, and the same of each replica. */
export interface PostgresStats extends PoolStats {
  readonly replicas: readonly PoolStats[]
}
