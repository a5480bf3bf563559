import { asMiddleware } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { Keyed } from '../keyed.ts'
import { Circuit } from './circuit.ts'
import type { CircuitOpenError } from './circuitOpenError.ts'
import { Pass } from './pass.ts'
import { planOf } from './plan.ts'
import type { BreakerOptions, BreakerPlan, Mode } from './plan.ts'
import { restored, snapshotOf } from './snapshot.ts'
import type { BreakerSnapshot } from './snapshot.ts'
import { viewOf } from './state.ts'
import type { BreakerState } from './state.ts'
import { Counts } from './stats.ts'
import type { BreakerStats } from './stats.ts'

/** A circuit breaker: a middleware, and what its owner can ask of it. */
export interface Breaker extends Middleware {
  readonly stage: 'breaker'
  /** Lets nothing through until `reset`. @param key one circuit. @default all, those to come as well */
  isolate(key?: string): void
  /** Lets everything through and counts nothing until `reset`. @param key as for `isolate` */
  disable(key?: string): void
  /** Lets everything through and counts, and says when it would have opened, until `reset`. @param key as for `isolate` */
  observeOnly(key?: string): void
  /** Closes and forgets what was counted. @param key as for `isolate` */
  reset(key?: string): void
  /** What a circuit is in, as of its last call; undefined for a key that is not remembered. */
  state(key: string): BreakerState | undefined
  /** What has come of all its calls so far, also of those whose circuits are not remembered any more. */
  stats(): BreakerStats
  /** What has come of the calls of one circuit since it is remembered; undefined for a key that is not. */
  stats(key: string): BreakerStats | undefined
  /** Its circuits as plain JSON, for the `initialState` of the next process. */
  toJSON(): BreakerSnapshot
  /** The keys it remembers. */
  keys(): readonly string[]
}

/**
 * Stops calling what keeps failing. Closed, it counts; when too many calls fail or are slow it opens and refuses calls
 * (`CircuitOpenError`); after `openMs` it is half-open and lets some probes through, whose endings close or open it.
 * Each operation has a circuit of its own unless `key` says otherwise. Sharing the value shares the circuits.
 *
 * Timeouts count as failures wherever the `timeout` stands; `isError` answers, invalid requests and refusals further in
 * do not. Cancelled calls count as nothing. (Windows and states as in resilience4j's `CircuitBreaker`; the pattern is
 * Nygard's, "Release It!", chapter "Stability Patterns".)
 *
 * @throws TypeError when an option makes no sense.
 */
export const breaker = (options: BreakerOptions = {}): Breaker => {
  const plan = planOf(options)
  const circuits = new Circuits(plan)
  const run = (call: Call, next: Next): Promise<Result> => {
    const circuit = circuits.of(call)
    const refusal = circuit.enter(call)
    if (refusal !== undefined) return rejected(refusal)
    return circuit.state.type === 'disabled' ? next(call) : watched(new Pass(plan, circuit, call), call, next)
  }
  return asMiddleware(run, {
    stage: 'breaker',
    isolate: (key?: string) => circuits.force('isolated', key),
    disable: (key?: string) => circuits.force('disabled', key),
    observeOnly: (key?: string) => circuits.force('observing', key),
    reset: (key?: string) => circuits.force('closed', key),
    state: (key: string) => circuits.state(key),
    stats: ((key?: string) => circuits.stats(key)) as Breaker['stats'],
    toJSON: () => circuits.toJSON(),
    keys: () => circuits.keys(),
  })
}

const watched = (pass: Pass, call: Call, next: Next): Promise<Result> => {
  try {
    return next(call).then(
      (result) => {
        pass.answered(result)
        return result
      },
      (error: unknown) => {
        pass.threw(error)
        throw error
      },
    )
  } catch (error) {
    pass.threw(error)
    throw error
  }
}

// Node notes every promise that is rejected before anybody waits for it, and strikes it off again: half the cost of a
// refusal. One microtask later its caller waits.
const rejected = (error: CircuitOpenError): Promise<never> =>
  new Promise((_, reject) => {
    queueMicrotask(() => reject(error))
  })

/** The circuits of a breaker by key. */
class Circuits {
  readonly #plan: BreakerPlan
  readonly #keyed: Keyed<Circuit>
  /** What a circuit is made in. */
  #mode: Mode
  readonly #total = new Counts()

  constructor(plan: BreakerPlan) {
    const { maxKeys, initialState: { mode = 'closed', circuits = [] } = {} } = plan
    this.#plan = plan
    this.#mode = mode
    this.#keyed = new Keyed(maxKeys, (key) => new Circuit(plan, key, this.#mode, this.#total))
    for (const one of circuits.slice(-maxKeys)) this.#keyed.keep(one.key).restore(restored(plan, one))
  }

  of(call: Call): Circuit {
    return this.#keyed.get(this.#plan.key(call), call.clock)
  }

  force(mode: Mode, key: string | undefined): void {
    if (key !== undefined) return this.#keyed.keep(key).force(mode)
    this.#mode = mode
    for (const [, circuit] of this.#keyed.entries()) circuit.force(mode)
  }

  state(key: string): BreakerState | undefined {
    const circuit = this.#keyed.peek(key)
    return circuit && viewOf(circuit.state)
  }

  stats(key: string | undefined): BreakerStats | undefined {
    const counts = key === undefined ? this.#total : this.#keyed.peek(key)?.counts
    return counts && { ...counts }
  }

  toJSON(): BreakerSnapshot {
    const circuits = Array.from(this.#keyed.entries(), ([key, { state }]) => snapshotOf(key, state))
    return { version: 1, mode: this.#mode, circuits }
  }

  keys(): readonly string[] {
    return Array.from(this.#keyed.entries(), ([key]) => key)
  }
}
