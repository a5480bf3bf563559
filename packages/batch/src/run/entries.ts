import { cancellation } from '@millrace/core'
import type { Cancellation } from '@millrace/core'
import { onGone } from '../caller.ts'
import type { Caller } from '../caller.ts'
import { runBatch } from './batch.ts'
import type { BatchPlan } from './batch.ts'

/** One item on its way through a batch, and how many wait for it. */
export class Entry<Item> {
  readonly item: Item
  waiters = 0
  /** The batch it runs in; undefined until then. */
  running: Running | undefined
  readonly #onDeserted: () => void

  /** @param onDeserted told when the last one who waited has gone before it ran */
  constructor(item: Item, onDeserted: () => void) {
    this.item = item
    this.#onDeserted = onDeserted
  }

  /**
   * Waits for what comes of the entry, with whoever else does; rejects at once when the caller goes. When the last one
   * goes, an entry that has not run never will, and a batch of such entries is aborted.
   */
  join<Value>(answer: PromiseLike<Value>, caller: Caller | undefined): Promise<Value> {
    this.waiters += 1
    return new Promise((resolve, reject) => {
      const stop = onGone(caller, (reason) => {
        reject(reason)
        this.#leave(reason)
      })
      answer.then(
        (value) => {
          stop()
          resolve(value)
        },
        (error: unknown) => {
          stop()
          reject(error)
        },
      )
    })
  }

  #leave(reason: unknown): void {
    this.waiters -= 1
    if (this.waiters > 0) return
    if (this.running === undefined) this.#onDeserted()
    else this.running.desert(reason)
  }
}

/** A batch that runs, as those who wait for it see it. */
class Running {
  readonly cancellation: Cancellation = cancellation()
  #wanted: number

  constructor(wanted: number) {
    this.#wanted = wanted
  }

  /** Nobody waits for one of its entries any more. */
  desert(reason: unknown): void {
    this.#wanted -= 1
    if (this.#wanted === 0) this.cancellation.abort(reason)
  }
}

/** Those of some entries that somebody waits for. */
export const wanted = <One extends Entry<unknown>>(entries: readonly One[]): readonly One[] =>
  entries.filter(({ waiters }) => waiters > 0)

/** Runs a batch for entries that somebody waits for; it is aborted when nobody does any more. */
export const runEntries = <Item, Value>(
  plan: BatchPlan<Item, Value>,
  entries: ReadonlyArray<Entry<Item>>,
): Promise<ReadonlyArray<Value | Error>> => {
  const running = new Running(entries.length)
  for (const entry of entries) entry.running = running
  return runBatch(
    plan,
    entries.map(({ item }) => item),
    running.cancellation,
  )
}
