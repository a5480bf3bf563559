import { Spans } from './spans.ts'
import type { TimeSplit } from './timeSplit.ts'

/** What a call has spent its time on, and what the cache said. */
export class CallRecord {
  readonly operation: string
  /** When it began, in milliseconds of the clock. */
  readonly startedAt: number
  /** Made when somebody has something to say: of most calls nobody has. */
  #spans: Spans | undefined
  cache: 'hit' | 'stale' | 'miss' | 'joined' | 'bypassed' | undefined = undefined

  constructor(operation: string, startedAt: number) {
    this.operation = operation
    this.startedAt = startedAt
  }

  get spans(): Spans {
    this.#spans ??= new Spans(this.startedAt)
    return this.#spans
  }

  /** @param tookMs from its beginning to its end */
  split(tookMs: number): TimeSplit {
    const { database, http, poolWait, queue } = this.spans.sums()
    const rest = Math.max(0, tookMs - database - http - poolWait - queue)
    const isCached = this.cache === 'hit' || this.cache === 'stale'
    const isJoined = this.cache === 'joined'
    return {
      queueMs: queue,
      cacheMs: isCached ? rest : 0,
      joinedMs: isJoined ? rest : 0,
      poolWaitMs: poolWait,
      databaseMs: database,
      httpMs: http,
      handlerMs: isCached || isJoined ? 0 : rest,
    }
  }
}
