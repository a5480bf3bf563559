import DataLoader from 'dataloader'
import type { Caller } from '../caller.ts'
import { Entry, runEntries, wanted } from '../run/entries.ts'
import { whenCollected } from './plan.ts'
import type { LoaderPlan, Loads } from './plan.ts'

/** Batches that concurrent calls fill together, apart for those that may not share. */
export class SharedLoads<Key, Value> implements Loads<Key, Value> {
  readonly #plan: LoaderPlan<Key, Value>
  readonly #partitionOf: (caller: Caller) => unknown
  readonly #partitions = new Map<unknown, Partition<Key, Value>>()

  constructor(plan: LoaderPlan<Key, Value>) {
    this.#plan = plan
    const { share } = plan
    this.#partitionOf = typeof share === 'function' ? share : everybody
  }

  load(key: Key, caller: Caller): Promise<Value> {
    return this.#of(this.#partitionOf(caller)).load(key, caller)
  }

  // Nothing is kept: what one call knows may be wrong for the next.
  prime(): void {}
  clear(): void {}
  clearAll(): void {}

  #of(name: unknown): Partition<Key, Value> {
    const known = this.#partitions.get(name)
    if (known !== undefined) return known
    const made = new Partition(this.#plan, () => this.#partitions.delete(name))
    this.#partitions.set(name, made)
    return made
  }
}

/** The loads of callers who share; made when one of them loads, and forgotten when no batch waits any more. */
class Partition<Key, Value> {
  readonly #plan: LoaderPlan<Key, Value>
  readonly #values: DataLoader<Asked<Key>, Value>
  readonly #onEmpty: () => void
  /** What has not been asked for yet, by what tells keys apart: later callers of the same key wait for it too. */
  readonly #pending = new Map<unknown, Pending<Key, Value>>()
  /** The batch being started has keys, and so needs its slot. */
  #hasStarted = false

  constructor(plan: LoaderPlan<Key, Value>, onEmpty: () => void) {
    this.#plan = plan
    this.#onEmpty = onEmpty
    this.#values = new DataLoader<Asked<Key>, Value>((entries) => this.#run(entries), {
      // Nothing is remembered: a value may be out of date as soon as its query has been sent.
      cache: false,
      maxBatchSize: plan.maxBatchSize,
      batchScheduleFn: (dispatch) => whenCollected(plan.waitMs, plan.clock, () => this.#start(dispatch)),
    })
  }

  load(key: Key, caller: Caller): Promise<Value> {
    const id = this.#plan.key(key)
    const { entry, answer } = this.#pending.get(id) ?? this.#ask(id, key)
    return entry.join(answer, caller)
  }

  #ask(id: unknown, key: Key): Pending<Key, Value> {
    const entry: Asked<Key> = new Asked(key, id, () => this.#forget(id))
    const pending = { entry, answer: this.#values.load(entry) }
    // Nobody may be waiting any more by the time it fails.
    pending.answer.catch(nothing)
    this.#pending.set(id, pending)
    return pending
  }

  #forget(id: unknown): void {
    this.#pending.delete(id)
    if (this.#pending.size === 0) this.#onEmpty()
  }

  #start(dispatch: () => void): void {
    this.#plan.slots.admit(() => {
      this.#hasStarted = false
      dispatch()
      return this.#hasStarted
    })
  }

  async #run(entries: ReadonlyArray<Asked<Key>>): Promise<ReadonlyArray<Value | Error>> {
    const asked = wanted(entries)
    for (const { id } of asked) this.#forget(id)
    if (asked.length === 0) return entries.map(() => deserted)
    this.#hasStarted = true
    try {
      const values = (await runEntries(this.#plan, asked))[Symbol.iterator]()
      return entries.map((entry) => (entry.running === undefined ? deserted : (values.next().value as Value | Error)))
    } finally {
      this.#plan.slots.release()
    }
  }
}

/** A key that somebody waits for, and what tells it from others. */
class Asked<Key> extends Entry<Key> {
  readonly id: unknown

  constructor(key: Key, id: unknown, onDeserted: () => void) {
    super(key, onDeserted)
    this.id = id
  }
}

interface Pending<Key, Value> {
  readonly entry: Asked<Key>
  readonly answer: Promise<Value>
}

const everybody = () => true
const nothing = () => {}
const deserted = new Error('Nobody waits for it.')
