import { cancellation, originOf } from '@millrace/core'
import type { Call, Cancellation } from '@millrace/core'
import DataLoader from 'dataloader'
import { onGone } from '../caller.ts'
import type { Caller } from '../caller.ts'
import { runBatch } from '../run/batch.ts'
import { whenCollected } from './plan.ts'
import type { LoaderPlan, Loads } from './plan.ts'

/** A DataLoader for each call, kept as long as the call. */
export class CallLoads<Key, Value> implements Loads<Key, Value> {
  readonly #plan: LoaderPlan<Key, Value>
  readonly #calls = new WeakMap<Caller, OneCall<Key, Value>>()

  constructor(plan: LoaderPlan<Key, Value>) {
    this.#plan = plan
  }

  load(key: Key, caller: Caller): Promise<Value> {
    return this.#of(caller).values.load(key)
  }

  prime(key: Key, value: Value | Error, caller: Caller): void {
    this.#of(caller).values.prime(key, value)
  }

  clear(key: Key, caller: Caller): void {
    this.#of(caller).values.clear(key)
  }

  clearAll(caller: Caller): void {
    this.#of(caller).values.clearAll()
  }

  #of(caller: Caller): OneCall<Key, Value> {
    // Middleware further in have the same call under another deadline or signal.
    const origin = originOf(caller as Call)
    const known = this.#calls.get(origin)
    if (known !== undefined) return known
    const made = new OneCall(this.#plan, origin)
    this.#calls.set(origin, made)
    return made
  }
}

class OneCall<Key, Value> {
  readonly values: DataLoader<Key, Value, unknown>
  readonly #plan: LoaderPlan<Key, Value>
  readonly #cancellation: Cancellation = cancellation()
  /** The batch being started has keys, and so needs its slot. */
  #hasStarted = false

  constructor(plan: LoaderPlan<Key, Value>, caller: Caller) {
    this.#plan = plan
    this.values = new DataLoader<Key, Value, unknown>((keys) => this.#run(keys), {
      cacheKeyFn: plan.key,
      maxBatchSize: plan.maxBatchSize,
      batchScheduleFn: (dispatch) => this.#collect(dispatch),
    })
    onGone(caller, (reason) => this.#cancellation.abort(reason))
  }

  /** Has a batch wait for keys, or fail as soon as the call is cancelled. */
  #collect(dispatch: () => void): void {
    const { waitMs, clock } = this.#plan
    // The batch has its first key only when this has returned.
    const ownMs = this.#cancellation.isAborted ? 0 : waitMs
    let stop = nothing
    const timer = whenCollected(ownMs, clock, () => {
      stop()
      this.#start(dispatch)
    })
    if (timer === undefined) return
    stop = this.#cancellation.subscribe(() => {
      timer.cancel()
      dispatch()
    })
  }

  /** Has a batch run as soon as it has a slot, or fail as soon as the call is cancelled. */
  #start(dispatch: () => void): void {
    const { slots } = this.#plan
    let stop = nothing
    const leave = slots.admit(() => {
      stop()
      this.#hasStarted = false
      dispatch()
      return this.#hasStarted
    })
    if (leave === undefined) return
    stop = this.#cancellation.subscribe(() => {
      if (leave()) dispatch()
    })
  }

  #run(keys: readonly Key[]): Promise<ReadonlyArray<Value | Error>> {
    if (this.#cancellation.isAborted) return Promise.reject(this.#cancellation.reason)
    this.#hasStarted = true
    const { slots } = this.#plan
    const release = () => slots.release()
    const one = cancellation()
    const stop = this.#cancellation.subscribe((reason) => one.abort(reason))
    const answer = runBatch(this.#plan, [...keys], one)
    answer.then(stop, stop)
    answer.then(release, release)
    return answer
  }
}

const nothing = () => {}
