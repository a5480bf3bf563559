import type { Ending, Failure } from '../wire/ending.ts'
import type { Reply } from '../wire/lane.ts'
import { Latencies } from './latencies.ts'
import { Series } from './series.ts'

/** When calls count, in milliseconds of the clock. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Failures of one kind. */
export interface Failed extends Failure {
  readonly count: number
  readonly operation: string
}

/** What one operation came to. */
export interface OperationCounts {
  readonly operation: string
  readonly latencies: Latencies
  failed: number
}

/** Counts the calls of a load that fall into its window. */
export class Recorder {
  readonly window: Window
  readonly answered: Latencies = new Latencies()
  readonly failing: Latencies = new Latencies()
  readonly operations: readonly OperationCounts[]
  readonly series: Series
  /** Good answers that came within the window, whenever they were asked for. */
  completed = 0
  /** What all answers brought meanwhile, good or not. */
  bytes = 0
  /** Calls that are on their way. */
  pending = 0
  readonly #failures = new Map<string, { count: number; operation: string; failure: Failure }>()

  constructor(window: Window, operations: readonly string[]) {
    this.window = window
    this.operations = operations.map((operation) => ({ operation, latencies: new Latencies(), failed: 0 }))
    this.series = new Series(window)
  }

  /**
   * Notes a call.
   *
   * @param startedAt when it was meant to start
   */
  record(operation: number, startedAt: number, endedAt: number, { ending, bytes }: Reply): void {
    const ms = endedAt - startedAt
    if (endedAt >= this.window.from && endedAt < this.window.to) {
      if (ending === undefined) this.completed += 1
      this.bytes += bytes
      this.series.record(endedAt, ms, ending !== undefined)
    }
    if (startedAt < this.window.from || startedAt >= this.window.to) return
    const counts = this.operations[operation]!
    if (ending === undefined) {
      this.answered.record(ms)
      counts.latencies.record(ms)
    } else {
      this.failing.record(ms)
      counts.failed += 1
      this.#noteFailure(counts.operation, ending)
    }
  }

  /** Failures by kind, the most frequent first. */
  failures(): Failed[] {
    return [...this.#failures.values()]
      .map(({ count, operation, failure }) => ({ ...failure, operation, count }))
      .toSorted((one, other) => other.count - one.count)
  }

  #noteFailure(operation: string, ending: Exclude<Ending, undefined>): void {
    // A server that makes up details must not fill the memory.
    const isFull = this.#failures.size >= maxKinds
    const detail = isFull ? 'others' : ending.detail
    const key = `${operation}\n${ending.kind}\n${detail}`
    const known = this.#failures.get(key)
    if (known === undefined) this.#failures.set(key, { count: 1, operation, failure: { ...ending, detail } })
    else {
      known.count += 1
      const retryAfterMs = Math.max(known.failure.retryAfterMs ?? 0, ending.retryAfterMs ?? 0)
      if (retryAfterMs > (known.failure.retryAfterMs ?? 0)) known.failure = { ...known.failure, retryAfterMs }
    }
  }
}

const maxKinds = 200
