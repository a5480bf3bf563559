import {
  checkOptions,
  having,
  integer,
  keepAlive,
  kindOf,
  number,
  RejectedError,
  systemClock,
  text,
} from '@millrace/core'
import type { Clock, Timer } from '@millrace/core'
import { goneReason, isGone } from '../caller.ts'
import type { Caller } from '../caller.ts'
import { events } from '../report.ts'
import type { BatchFunction, BatchPlan } from '../run/batch.ts'
import { Entry, runEntries, wanted } from '../run/entries.ts'
import { Slots } from '../run/slots.ts'

/** Options of `batcher`. */
export interface BatcherOptions {
  /** Items in one batch: with so many it starts at once. An integer ≥ 1. @default 10 */
  readonly maxSize?: number | undefined
  /** How long an item waits for others, in milliseconds, at least 0, or Infinity: until the batch is full. @default 100 */
  readonly maxWaitMs?: number | undefined
  /** Items that wait or run; more are refused. An integer ≥ 1, or Infinity. @default 10_000 */
  readonly maxPending?: number | undefined
  /** Batches that run at a time; an integer ≥ 1, or Infinity. @default Infinity */
  readonly maxConcurrent?: number | undefined
  /** How long a batch may take, in milliseconds, at least 1, or Infinity. @default 30_000 */
  readonly timeoutMs?: number | undefined
  /** What it is called in errors and events. @default 'batcher' */
  readonly name?: string | undefined
  /** @default systemClock */
  readonly clock?: Clock | undefined
}

/** Gathers items and has them worked on together. */
export interface Batcher<Item, Value> {
  /**
   * Adds an item to the batch that gathers, and gives what comes of it.
   *
   * @param caller the call, or the context of the handler, that waits for it. When it goes, an item that still waits is
   *   never worked on, and a batch that nobody waits for is aborted. @default work that nobody can cancel
   * @throws (rejects) the batch function's error for this item or for the batch; a RejectedError with code
   *   `ERR_BATCH_FULL` or `ERR_CLOSED`; an AbandonedError with code `ERR_TIMED_OUT`
   */
  add(item: Item, caller?: Caller): Promise<Value>
  /** Starts what waits, and resolves when everything that was added before has been worked on, well or not. */
  flush(): Promise<void>
  /** Takes no more items and flushes; the second time gives the same promise. */
  close(): Promise<void>
  /** Items that wait or run. */
  readonly pending: number
}

/**
 * Gathers items until there are `maxSize` of them or the first has waited `maxWaitMs`, whichever comes first, and has
 * them worked on together: writes, notifications, calls of an API that takes many.
 *
 * @param run gets the items of a batch in the order they were added, and gives one value or Error for each
 * @throws TypeError when an option makes no sense
 */
export const batcher = <Item, Value>(
  run: BatchFunction<Item, Value>,
  options: BatcherOptions = {},
): Batcher<Item, Value> => {
  if (typeof run !== 'function') throw new TypeError(`batcher: expected a batch function, got ${kindOf(run)}`)
  checkOptions('batcher', options, checks)
  return new Gatherer(run, options)
}

class Gatherer<Item, Value> implements Batcher<Item, Value> {
  readonly #plan: BatchPlan<Item, Value>
  readonly #maxSize: number
  readonly #maxWaitMs: number
  readonly #maxPending: number
  readonly #slots: Slots
  /** The batch that gathers. */
  #gathering: Array<Waiting<Item, Value>> = []
  #timer: Timer | undefined
  /** Batches on their way, from when they are full. */
  readonly #underWay = new Set<Promise<void>>()
  #pending = 0
  #closed: Promise<void> | undefined

  constructor(run: BatchFunction<Item, Value>, options: BatcherOptions) {
    const { name = 'batcher', timeoutMs = 30_000, clock = systemClock, maxConcurrent = Infinity } = options
    const { maxSize = 10, maxWaitMs = 100, maxPending = 10_000 } = options
    this.#plan = { name, run, timeoutMs, clock }
    this.#maxSize = maxSize
    this.#maxWaitMs = maxWaitMs
    this.#maxPending = maxPending
    this.#slots = new Slots(maxConcurrent)
  }

  get pending(): number {
    return this.#pending
  }

  add(item: Item, caller?: Caller): Promise<Value> {
    if (isGone(caller)) return Promise.reject(goneReason(caller))
    const refusal = this.#refusal()
    if (refusal !== undefined) return Promise.reject(refusal)
    const waiting: Waiting<Item, Value> = new Waiting(item, () => this.#forget(waiting))
    this.#pending += 1
    this.#gathering.push(waiting)
    // Before the batch may start: it leaves out what nobody waits for.
    const answer = waiting.join(waiting.answer, caller)
    if (this.#gathering.length >= this.#maxSize) this.#cut()
    else this.#timer ??= this.#wait()
    return answer
  }

  async flush(): Promise<void> {
    this.#cut()
    await Promise.all(this.#underWay)
  }

  close(): Promise<void> {
    return (this.#closed ??= this.flush())
  }

  #refusal(): RejectedError | undefined {
    const { name } = this.#plan
    if (this.#closed !== undefined)
      return new RejectedError(`${name} is closed and takes nothing more.`, { code: 'ERR_CLOSED' })
    if (this.#pending < this.#maxPending) return undefined
    if (events.hasSubscribers) events.publish({ type: 'batch.rejected', name, pending: this.#pending })
    const message = `${name} has ${this.#pending} items waiting already; try again in a moment.`
    return new RejectedError(message, { code: 'ERR_BATCH_FULL' })
  }

  /** The item's caller has gone before it was worked on. */
  #forget(waiting: Waiting<Item, Value>): void {
    this.#pending -= 1
    const at = this.#gathering.indexOf(waiting)
    if (at < 0) return
    this.#gathering.splice(at, 1)
    if (this.#gathering.length === 0) this.#stopTimer()
  }

  /** Ends the gathering: what is there is the next batch. */
  #cut(): void {
    this.#stopTimer()
    const batch = this.#gathering
    if (batch.length === 0) return
    this.#gathering = []
    const done = new Promise<void>((resolve) => {
      this.#slots.admit(() => this.#start(batch, resolve))
    })
    this.#underWay.add(done)
    const forget = () => void this.#underWay.delete(done)
    void done.then(forget)
  }

  #start(batch: ReadonlyArray<Waiting<Item, Value>>, resolve: () => void): boolean {
    const entries = wanted(batch)
    if (entries.length === 0) {
      resolve()
      return false
    }
    const end = () => {
      this.#pending -= entries.length
      this.#slots.release()
      resolve()
    }
    runEntries(this.#plan, entries).then(
      (values) => {
        for (const [index, entry] of entries.entries()) entry.settle(values[index] as Value | Error)
        end()
      },
      (error: unknown) => {
        for (const entry of entries) entry.reject(error)
        end()
      },
    )
    return true
  }

  // What has been taken is sent, also when nothing else keeps the process from ending.
  #wait(): Timer {
    const timer = this.#plan.clock.after(this.#maxWaitMs, () => this.#cut())
    if (this.#maxWaitMs === Infinity) return timer
    const letGo = keepAlive()
    return {
      cancel() {
        letGo()
        timer.cancel()
      },
    }
  }

  #stopTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}

/** An item and the promise of what comes of it. */
class Waiting<Item, Value> extends Entry<Item> {
  readonly answer: Promise<Value>
  resolve!: (value: Value) => void
  reject!: (error: unknown) => void

  constructor(item: Item, onDeserted: () => void) {
    super(item, onDeserted)
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  settle(value: Value | Error): void {
    if (value instanceof Error) this.reject(value)
    else this.resolve(value)
  }
}

const checks = {
  maxSize: integer({ min: 1 }),
  maxWaitMs: number({ min: 0, unlimited: true }),
  maxPending: integer({ min: 1, unlimited: true }),
  maxConcurrent: integer({ min: 1, unlimited: true }),
  timeoutMs: number({ min: 1, unlimited: true }),
  name: text,
  clock: having('a clock', 'now', 'after'),
}
