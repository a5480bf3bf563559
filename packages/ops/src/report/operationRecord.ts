import type { CallRecord } from './callRecord.ts'
import { Loads } from './loads.ts'

/** What the calls of one operation have come to. */
export class OperationRecord {
  readonly operation: string
  calls = 0
  failed = 0
  totalMs = 0
  queueMs = 0
  poolWaitMs = 0
  databaseMs = 0
  httpMs = 0
  /** Of calls that the cache has answered. */
  cacheMs = 0
  hits = 0
  misses = 0
  joined = 0
  /** Calls that no cache was asked about. */
  uncached = 0
  /** What was asked without a cache, and what was loaded into one. */
  readonly asked: Loads = new Loads()
  readonly loaded: Loads = new Loads()
  readonly #durations: number[] = []

  constructor(operation: string) {
    this.operation = operation
  }

  add(record: CallRecord, tookMs: number, isFailed: boolean): void {
    this.calls += 1
    this.failed += Number(isFailed)
    this.totalMs += tookMs
    if (this.#durations.length < maxDurations) this.#durations.push(tookMs)
    else this.#durations[Math.floor(Math.random() * maxDurations)] = tookMs
    const { cache } = record
    if (cache === 'hit' || cache === 'stale') {
      this.hits += 1
      this.cacheMs += tookMs
      return
    }
    this.misses += Number(cache === 'miss')
    this.joined += Number(cache === 'joined')
    this.uncached += Number(cache === undefined)
    this.poolWaitMs += record.poolWaitMs
    this.databaseMs += record.databaseMs
    this.httpMs += record.httpMs
  }

  /** What is left of the time of calls: the handler's own, the SDK's, and what nobody told of. */
  get handlerMs(): number {
    const told = this.queueMs + this.cacheMs + this.poolWaitMs + this.databaseMs + this.httpMs
    return Math.max(0, this.totalMs - told)
  }

  /** The duration that so many of a hundred calls stayed below, in milliseconds. */
  percentile(part: number): number {
    const sorted = Float64Array.from(this.#durations).sort()
    return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
  }
}

// A sample of them is as good: percentiles of 10,000 are off by less than one call in a hundred.
const maxDurations = 10_000
