import { outcomeOf, outcomeOfThrown } from '@millrace/core'
import type { Call, Next, Outcome, Result } from '@millrace/core'
import { Operations } from './operations.ts'

/** Gives the id of the trace that a call belongs to; undefined when it belongs to none that is kept. */
export type TraceIdOf = (call: Call) => string | undefined

/** Counts calls: what they came to, how long that took, how many are under way. */
export class CallMeter {
  /** Calls that have no answer yet. */
  inFlight = 0
  readonly operations: Operations
  readonly #traceIdOf: TraceIdOf | undefined

  constructor(bounds: readonly number[], maxOperations: number, traceIdOf: TraceIdOf | undefined) {
    this.operations = new Operations(bounds, maxOperations)
    this.#traceIdOf = traceIdOf
  }

  run(call: Call, next: Next): Promise<Result> {
    const startedAt = call.clock.now()
    this.inFlight += 1
    let answer: Promise<Result>
    try {
      answer = next(call)
    } catch (error) {
      this.#count(call, startedAt, outcomeOfThrown(error, call))
      throw error
    }
    return answer.then(
      (result) => {
        this.#count(call, startedAt, outcomeOf(result, call))
        return result
      },
      (error: unknown) => {
        this.#count(call, startedAt, outcomeOfThrown(error, call))
        throw error
      },
    )
  }

  #count(call: Call, startedAt: number, outcome: Outcome): void {
    this.inFlight -= 1
    const now = call.clock.now()
    const seconds = (now - startedAt) / 1000
    const histogram = this.operations.histogram(call, outcome)
    const bucket = histogram.record(seconds)
    const traceId = this.#traceIdOf?.(call)
    if (traceId === undefined) return
    histogram.remember(bucket, { labelSet: { trace_id: traceId }, value: seconds, timestamp: now / 1000 })
  }
}
