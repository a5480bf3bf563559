import { MillraceError } from '@millrace/core'
import type { Call, Clock, Entry, Match, Maybe, Store, StoreStats } from '@millrace/core'
import { freezeDeep } from '../loads/snapshot.ts'
import { MemoryStore } from '../memory/memoryStore.ts'
import type { Lane } from '../plan/lane.ts'
import { isEntryFor } from './entry.ts'
import { Ledger } from './ledger.ts'
import type { Drop } from './ledger.ts'

/** What a guarded store needs of its cache. */
export interface GuardOptions {
  readonly store: Store
  readonly ledger: Ledger
  readonly clock: Clock
  readonly timeoutMs: number
  /** Told of every fault. */
  readonly onFailure: (during: string, operation: string, error: unknown) => void
}

/**
 * A store that may throw, reject, hang or give garbage, as one that does none of that: what fails counts as not there.
 * A store that answers later is asked once for all who ask at the same time, is not asked while a write of the key is
 * on its way, and never undoes an invalidation that came in between.
 */
export class GuardedStore {
  readonly name: string
  readonly isShared: boolean
  readonly #options: GuardOptions
  readonly #memory: MemoryStore | undefined
  readonly #lookups = new Map<string, Promise<Entry | undefined>>()
  readonly #writes = new Map<string, { readonly mark: number; readonly entry: Entry }>()
  /** What was dropped, as lookups see it: from when it was asked for until the store has done it. */
  readonly #drops = new Ledger()
  #isResting = false

  constructor(options: GuardOptions) {
    const { store, clock } = options
    this.#options = options
    this.name = store.name
    this.isShared = store.isShared
    this.#memory = store instanceof MemoryStore && store.clock === clock ? store : undefined
  }

  get(key: string, call: Call, lane: Lane, now: number): Maybe<Entry | undefined> {
    if (this.#memory !== undefined) return this.#memory.read(key, now)
    const { ledger } = this.#options
    const write = this.#writes.get(key)
    if (write !== undefined && !ledger.hasDropped(write.mark, { key, ...write.entry })) return write.entry
    if (this.#isResting) return undefined
    const lookup = this.#lookups.get(key)
    if (lookup !== undefined) return lookup
    const found = this.#ask('get', lane.operation, (store) => store.get(key))
    return found instanceof Promise ? this.#shared(key, call, lane, found) : this.#checked(found, call, lane, now)
  }

  set(key: string, entry: Entry): void {
    if (this.#memory === undefined && this.#isResting) return
    const { store, ledger } = this.#options
    const mark = ledger.mark
    let sent: unknown
    const done = this.#ask('set', entry.operation, () => (sent = store.set(key, entry)))
    if (!(done instanceof Promise)) return
    const write = { mark, entry }
    this.#writes.set(key, write)
    void done.then(() => {
      if (this.#writes.get(key) === write) this.#writes.delete(key)
    })
    const undo = () => {
      if (ledger.hasDropped(mark, { key, ...entry })) void this.delete(key, entry.operation)
    }
    // Not when the cache stopped waiting but when the store has written, however late that is.
    void Promise.resolve(sent).then(undo, undo)
  }

  async delete(key: string, operation: string = everything): Promise<boolean> {
    const done = this.#drop({ key }, () => this.#ask('delete', operation, (store) => store.delete(key)))
    return (await done) === true
  }

  async invalidate(match: Match): Promise<number> {
    const ask = () => this.#ask('invalidate', match.operation ?? everything, (store) => store.invalidate(match))
    return (await this.#drop({ match }, ask)) ?? 0
  }

  async clear(): Promise<void> {
    await this.#drop({ match: {} }, () => this.#ask('clear', everything, (store) => store.clear()))
  }

  stats(): Maybe<StoreStats | undefined> {
    return this.#ask('stats', everything, (store) => store.stats())
  }

  #drop<Count>(drop: Drop, ask: () => Maybe<Count>): Maybe<Count> {
    this.#drops.record(drop)
    const asked = ask()
    if (!(asked instanceof Promise)) return asked
    return asked.then((count) => {
      // Once more: what was looked up while the store was at it may be from before.
      this.#drops.record(drop)
      return count
    })
  }

  #shared(key: string, call: Call, lane: Lane, found: Promise<Entry | undefined>): Promise<Entry | undefined> {
    const { mark } = this.#drops
    const lookup = found.then((entry) => {
      this.#lookups.delete(key)
      const checked = this.#checked(entry, call, lane, this.#options.clock.now())
      // What was dropped since may have been found before.
      return checked === undefined || this.#drops.hasDropped(mark, { key, ...checked }) ? undefined : checked
    })
    this.#lookups.set(key, lookup)
    return lookup
  }

  #checked(found: unknown, call: Call, lane: Lane, now: number): Entry | undefined {
    if (found === undefined || found === null) return undefined
    if (!isEntryFor(found, call, lane)) {
      this.#options.onFailure('get', lane.operation, new TypeError('the store gave something else than this entry'))
      return undefined
    }
    if (!Object.isFrozen(found.result)) freezeDeep(found.result)
    return now < found.keptUntil ? found : undefined
  }

  /** Asks the store; undefined when it fails or does not answer in time. */
  #ask<Answer>(during: string, operation: string, ask: (store: Store) => Maybe<Answer>): Maybe<Answer | undefined> {
    const { store, onFailure } = this.#options
    try {
      const answer = ask(store)
      return isThenable(answer) ? this.#inTime(during, operation, answer) : answer
    } catch (error) {
      onFailure(during, operation, error)
      return undefined
    }
  }

  #inTime<Answer>(during: string, operation: string, answer: PromiseLike<Answer>): Promise<Answer | undefined> {
    const { clock, timeoutMs, onFailure } = this.#options
    return new Promise((resolve) => {
      let isOver = false
      const end = (settle: () => void) => {
        if (isOver) return
        isOver = true
        timer.cancel()
        settle()
      }
      const fail = (error: unknown) => {
        onFailure(during, operation, error)
        resolve(undefined)
      }
      const timer = clock.after(timeoutMs, () => {
        this.#rest()
        const message = `The store did not answer within ${timeoutMs} ms.`
        end(() => fail(new MillraceError(message, { code: 'ERR_STORE_TIMEOUT' })))
      })
      answer.then(
        (value) => end(() => resolve(value)),
        (error: unknown) => end(() => fail(error)),
      )
    })
  }

  /** A store that hangs would hold up every call: it is left alone for a while, except for invalidations. */
  #rest(): void {
    if (this.#isResting) return
    this.#isResting = true
    this.#options.clock.after(restMs, () => (this.#isResting = false))
  }
}

const isThenable = <Value>(value: Maybe<Value>): value is Promise<Value> =>
  value instanceof Promise || typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'

// In place of an operation, where the store as a whole is meant.
const everything = '*'

const restMs = 1000
