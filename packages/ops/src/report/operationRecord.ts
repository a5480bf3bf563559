import type { CallRecord } from '../calls/callRecord.ts'
import { addedUp } from '../calls/timeSplit.ts'
import type { TimeSplit } from '../calls/timeSplit.ts'
import { Loads } from './loads.ts'

/** What the calls of one operation have come to. */
export class OperationRecord {
  readonly operation: string
  calls = 0
  failed = 0
  totalMs = 0
  time: TimeSplit = addedUp([])
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
    this.time = addedUp([this.time, record.split(tookMs)])
    if (this.#durations.length < maxDurations) this.#durations.push(tookMs)
    else this.#replaceOne(tookMs)
    const { cache } = record
    this.hits += Number(cache === 'hit' || cache === 'stale')
    this.misses += Number(cache === 'miss')
    this.joined += Number(cache === 'joined')
    this.uncached += Number(cache === undefined)
  }

  /** The duration that so many of a hundred calls stayed below, in milliseconds. */
  percentile(part: number): number {
    const sorted = Float64Array.from(this.#durations).sort()
    return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
  }

  /** Each call stays in the sample with the same probability: algorithm R of Vitter, 1985. */
  #replaceOne(tookMs: number): void {
    const at = Math.floor(Math.random() * this.calls)
    if (at < maxDurations) this.#durations[at] = tookMs
  }
}

// A sample of them is as good: percentiles of 10,000 are off by less than one call in a hundred.
const maxDurations = 10_000
