import { outcomeOf, outcomeOfThrown } from '@millrace/core'
import type { Call, Middleware, Next, Outcome, Result } from '@millrace/core'
import { Operations } from './operations.ts'

/** Gives the id of the trace that a call belongs to; undefined when it belongs to none that is kept. */
export type TraceIdOf = (call: Call) => string | undefined

/** Counts calls: what they came to, how long that took, how many are under way. */
export class CallMeter {
  /** Calls that have no answer yet. */
  inFlight = 0
  readonly operations: Operations
  readonly #traceIdOf: TraceIdOf | undefined
  /** What looks at calls for a while; undefined when nobody does, which costs a call nothing. */
  #lookers: readonly Middleware[] | undefined

  constructor(bounds: readonly number[], maxOperations: number, traceIdOf: TraceIdOf | undefined) {
    this.operations = new Operations(bounds, maxOperations)
    this.#traceIdOf = traceIdOf
  }

  run(call: Call, next: Next): Promise<Result> {
    const startedAt = call.clock.now()
    this.inFlight += 1
    let answer: Promise<Result>
    try {
      answer = this.#lookers === undefined ? next(call) : through(this.#lookers, call, next)
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

  /** Lets calls run through a middleware as well. Returns what ends that; calls under way stay in it. */
  look(looker: Middleware): () => void {
    const own: Middleware = (call, next) => looker(call, next)
    this.#lookers = [...(this.#lookers ?? []), own]
    return () => {
      const rest = this.#lookers?.filter((one) => one !== own) ?? []
      this.#lookers = rest.length === 0 ? undefined : rest
    }
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

const through = (lookers: readonly Middleware[], call: Call, next: Next): Promise<Result> =>
  lookers.reduceRight<Next>((inner, looker) => (one) => looker(one, inner), next)(call)
