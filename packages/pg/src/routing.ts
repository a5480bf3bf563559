import { isMillraceError } from '@millrace/core'
import { unavailable } from './errors.ts'
import type { Desk } from './query/execution.ts'
import type { Scope } from './query/scope.ts'
import { events } from './report.ts'
import type { Server } from './server.ts'

/** Errors after which another server may know better: nothing ran here, or it broke off and only read. */
const passing = new Set(['ERR_DATABASE_UNAVAILABLE', 'ERR_POOL_EXHAUSTED', 'ERR_CONNECTION_LOST'])

/**
 * Where queries run: those that only read on the replica with the least to do, and on the primary when that cannot
 * answer; all others on the primary.
 */
export class Routing {
  readonly primary: Server
  readonly replicas: readonly Server[]

  constructor(primary: Server, replicas: readonly Server[]) {
    this.primary = primary
    this.replicas = replicas
  }

  /** Runs work that can be started anew where it belongs. */
  async route<Value>(scope: Scope, work: (desk: Desk) => Promise<Value>): Promise<Value> {
    const replica = scope.isReadOnly ? this.#replica() : undefined
    if (replica === undefined) return work(this.primary)
    try {
      return await work(replica)
    } catch (error) {
      if (!isMillraceError(error) || !passing.has(error.code) || scope.isAborted) throw error
      failedOver(replica, error)
      return work(this.primary)
    }
  }

  /** Where work runs that cannot be started anew. */
  desk(scope: Scope): Desk {
    return (scope.isReadOnly ? this.#replica() : undefined) ?? this.primary
  }

  /** The replica with the least to do, of those that were not down a moment ago. */
  #replica(): Server | undefined {
    let best: Server | undefined
    let least = Infinity
    for (const replica of this.replicas) {
      const { pool } = replica
      const load = pool.pauseMs > 0 ? Infinity : (pool.busy + pool.numbers.waiting) / pool.limit
      if (load < least) [best, least] = [replica, load]
    }
    const [first] = this.replicas
    if (best === undefined && first !== undefined) failedOver(first, unavailable(first.pool.connectError))
    return best
  }
}

const failedOver = (replica: Server, error: unknown): void => {
  if (events.hasSubscribers) events.publish({ type: 'pg.failedOver', pool: replica.name, error })
}
