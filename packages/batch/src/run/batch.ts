import { AbandonedError, kindOf } from '@millrace/core'
import type { Cancellation, Clock, Timer } from '@millrace/core'
import { events } from '../report.ts'
import { checkAnswers } from './answers.ts'

/** What a batch function gets beside its items. */
export interface Batch {
  /** Aborts when everybody who waits for the batch has gone, or when it has taken too long. */
  readonly signal: AbortSignal
}

/** Does the work for many items at once: one value or Error for each, in the order of the items. */
export type BatchFunction<Item, Value> = (
  items: readonly Item[],
  batch: Batch,
) => PromiseLike<ReadonlyArray<Value | Error>>

/** What all batches of a loader or batcher have in common. */
export interface BatchPlan<Item, Value> {
  /** What it is called in errors and events. */
  readonly name: string
  readonly run: BatchFunction<Item, Value>
  /** Infinity: however long it takes. */
  readonly timeoutMs: number
  readonly clock: Clock
}

/**
 * Runs the author's function for some items, once.
 *
 * @param cancellation aborts it: the answer then is a rejection with the reason, at once
 * @returns one value or Error for each item. Rejects with what the function throws, with a TypeError when it answers
 *   with anything else, and with an AbandonedError when it takes too long
 */
export const runBatch = <Item, Value>(
  plan: BatchPlan<Item, Value>,
  items: readonly Item[],
  cancellation: Cancellation,
): Promise<ReadonlyArray<Value | Error>> =>
  new Promise((resolve, reject) => {
    const { name, clock, timeoutMs } = plan
    const startedAt = clock.now()
    let isOver = false
    let timer: Timer | undefined
    let stop = nothing
    const end = (failed: number, error?: unknown): boolean => {
      if (isOver) return false
      isOver = true
      timer?.cancel()
      stop()
      if (events.hasSubscribers) {
        events.publish({
          type: 'batch.settled',
          name,
          items: items.length,
          failed,
          tookMs: clock.now() - startedAt,
          error,
        })
      }
      return true
    }
    const fail = (error: unknown) => {
      if (end(items.length, error)) reject(error)
    }
    stop = cancellation.subscribe(fail)
    if (timeoutMs !== Infinity) timer = clock.after(timeoutMs, () => cancellation.abort(tooLong(timeoutMs)))
    const accept = (values: unknown) => {
      try {
        const checked = checkAnswers(name, values, items.length)
        if (end(checked.failed)) resolve(checked.values as ReadonlyArray<Value | Error>)
      } catch (error) {
        fail(error)
      }
    }
    if (events.hasSubscribers) events.publish({ type: 'batch.started', name, items: items.length })
    try {
      thenable(name, plan.run(items, batchOf(cancellation))).then(accept, fail)
    } catch (error) {
      fail(error)
    }
  })

const batchOf = (cancellation: Cancellation): Batch => ({
  get signal() {
    return cancellation.signal
  },
})

const thenable = <Value>(name: string, answer: Value | PromiseLike<Value>): PromiseLike<Value> => {
  if (answer !== null && typeof answer === 'object' && typeof (answer as PromiseLike<Value>).then === 'function')
    return answer as PromiseLike<Value>
  throw new TypeError(`${name}: the batch function must return a promise of an array, got ${kindOf(answer)}`)
}

const tooLong = (timeoutMs: number): AbandonedError =>
  new AbandonedError(`The batch was given up because it took longer than ${timeoutMs} ms.`, { code: 'ERR_TIMED_OUT' })

const nothing = () => {}
