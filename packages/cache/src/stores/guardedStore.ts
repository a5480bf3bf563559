import type { Call, Clock, Entry, Lease, Leased, Match, Maybe, Result, Store, StoreStats } from '@millrace/core'
import { MemoryStore } from '../memory/memoryStore.ts'
import type { Lane } from '../plan/lane.ts'
import { TieredStore } from '../tiers/tieredStore.ts'
import type { TieredStats } from '../tiers/tieredStore.ts'
import { isGone, isThenable, leasedOf, nothing, numberOf, statsOf, takenOf } from './answer.ts'
import { entryFor, isFor, sealed } from './entry.ts'
import { inTime } from './inTime.ts'
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
  readonly #tiered: TieredStore | undefined
  readonly #lookups = new Map<string, Promise<Entry | undefined>>()
  readonly #writes = new Map<string, { readonly mark: number; readonly entry: Entry }>()
  /** What was dropped, as lookups see it: from when it was asked for until the store has done it. */
  readonly #drops = new Ledger()
  /** Results that went in, which nobody can change. */
  readonly #sealed = new WeakSet<Result>()
  /** Which tier an entry came from. */
  readonly #sources = new WeakMap<Entry, string>()
  #isResting = false

  constructor(options: GuardOptions) {
    const { store, clock } = options
    this.#options = options
    this.name = store.name
    this.isShared = store.isShared
    this.#memory = store instanceof MemoryStore && store.clock === clock ? store : undefined
    this.#tiered = store instanceof TieredStore && store.clock === clock ? store : undefined
  }

  get(key: string, call: Call, lane: Lane, now: number): Maybe<Entry | undefined> {
    if (this.#memory !== undefined) return this.#memory.read(key, now)
    const near = this.#tiered?.near(key, now)
    if (near !== undefined && isFor(near, call, lane)) return near
    const { ledger } = this.#options
    const write = this.#writes.get(key)
    if (write !== undefined && !ledger.hasDropped(write.mark, key, write.entry)) return write.entry
    if (this.#isResting) return undefined
    const lookup = this.#lookups.get(key)
    if (lookup !== undefined) return lookup
    const read = (answer: unknown) => this.#read(answer, call, lane)
    const found = this.#ask('get', lane.operation, (store) => store.get(key), read)
    return found instanceof Promise ? this.#shared(key, found) : found
  }

  /**
   * Whether the store keeps it: false when it has no room, undefined when it failed or is left alone.
   *
   * @param lease the right under which it was loaded; when that is `over`, it does not keep it
   */
  set(key: string, entry: Entry, lease?: Lease): Maybe<boolean | 'over' | undefined> {
    if (this.#memory !== undefined) return this.#memory.write(key, entry, entry.storedAt)
    if (this.#isResting) return undefined
    const { store, ledger } = this.#options
    const mark = ledger.mark
    this.#sealed.add(entry.result)
    let sent: unknown
    const done = this.#ask(
      'set',
      entry.operation,
      () => (sent = lease === undefined ? store.set(key, entry) : lease.set(entry)),
      takenOf,
    )
    if (!(done instanceof Promise)) return done
    const write = { mark, entry }
    this.#writes.set(key, write)
    void this.#undo(key, entry, mark, sent)
    return done.then((answer) => {
      if (this.#writes.get(key) === write) this.#writes.delete(key)
      return answer
    })
  }

  /** Takes back what was dropped while it was being written. */
  async #undo(key: string, entry: Entry, mark: number, sent: unknown): Promise<void> {
    try {
      // Not when the cache stopped waiting but when the store has written, however late that is.
      await sent
    } catch {
      // That it failed has been said. It may have written all the same.
    }
    if (this.#options.ledger.hasDropped(mark, key, entry)) await this.delete(key, entry.operation)
  }

  /** Whether entries stay as they are, objects of this process. */
  get isMemory(): boolean {
    return this.#memory !== undefined
  }

  /** Whether its processes take turns at loading. */
  get hasLeases(): boolean {
    return this.#options.store.lease !== undefined
  }

  /** Asks for the right to load a key; undefined when the store failed or is left alone. */
  async lease(key: string, call: Call, lane: Lane, known: Entry | undefined): Promise<Leased | undefined> {
    if (this.#isResting) return undefined
    const { mark } = this.#drops
    const read = (answer: unknown) => leasedOf(answer, (entry) => this.#read(entry, call, lane))
    const leased = await this.#ask('lease', lane.operation, (store) => store.lease?.(key, known), read)
    // What was dropped since may have been stored before.
    return leased?.state === 'stored' && this.#drops.hasDropped(mark, key, leased.entry) ? undefined : leased
  }

  /** Does something with a lease; undefined when that failed. */
  async leased<Answer>(operation: string, ask: () => Maybe<Answer>): Promise<Answer | undefined> {
    return this.#ask('lease', operation, ask, (answer) => answer as Answer)
  }

  async delete(key: string, operation: string = everything): Promise<boolean> {
    const ask = () => this.#ask('delete', operation, (store) => store.delete(key), isGone)
    return (await this.#drop({ key }, ask)) ?? false
  }

  async invalidate(match: Match): Promise<number> {
    const { operation = everything } = match
    const ask = () => this.#ask('invalidate', operation, (store) => store.invalidate(match), numberOf)
    return (await this.#drop({ match }, ask)) ?? 0
  }

  async clear(): Promise<void> {
    await this.#drop({ match: {} }, () => this.#ask('clear', everything, (store) => store.clear(), nothing))
  }

  /** Another process has dropped this: what it has not dropped itself, in a store that is this one's alone, goes here. */
  hear(drop: Drop): void {
    if (this.isShared) {
      this.#drops.record(drop)
      this.#tiered?.hear(drop)
    } else if ('key' in drop) void this.delete(drop.key)
    else void this.invalidate(drop.match)
  }

  /** Has the store hold less, as far as it takes memory of this process. */
  async shrinkTo(share: number): Promise<void> {
    await this.#ask('shrinkTo', everything, (store) => store.shrinkTo?.(share), nothing)
  }

  async stats(): Promise<StoreStats & Partial<TieredStats>> {
    if (this.#tiered !== undefined) return this.#tiered.stats()
    return (await this.#ask('stats', everything, (store) => store.stats(), statsOf)) ?? statsOf({})
  }

  /** The name of the store that gave this entry. */
  tierOf(entry: Entry): string {
    if (this.#tiered === undefined) return this.name
    return this.#sources.get(entry) ?? this.#tiered.nearest
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

  #shared(key: string, found: Promise<Entry | undefined>): Promise<Entry | undefined> {
    const { mark } = this.#drops
    const lookup = found.then((entry) => {
      this.#lookups.delete(key)
      // What was dropped since may have been found before.
      return entry === undefined || this.#drops.hasDropped(mark, key, entry) ? undefined : entry
    })
    this.#lookups.set(key, lookup)
    return lookup
  }

  #read(answer: unknown, call: Call, lane: Lane): Entry | undefined {
    if (answer === undefined || answer === null) return undefined
    const entry = entryFor(answer, call, lane, this.#seal)
    if (entry === undefined) throw new TypeError('the store gave something else than this entry')
    if (this.#tiered !== undefined) this.#sources.set(entry, this.#tiered.tierOf(answer as Entry))
    return this.#options.clock.now() < entry.keptUntil ? entry : undefined
  }

  /** What a store gives may be anything, and be changed by anybody: the caller gets what JSON makes of it. */
  readonly #seal = (result: Result): Result => (this.#sealed.has(result) ? result : sealed(result))

  /** Asks the store, and has its answer read once; undefined when either fails or there is no answer in time. */
  #ask<Answer>(
    during: string,
    operation: string,
    ask: (store: Store) => unknown,
    read: (answer: never) => Answer,
  ): Maybe<Answer | undefined> {
    const { store, clock, timeoutMs } = this.#options
    const onFailure = (error: unknown): void => this.#options.onFailure(during, operation, error)
    try {
      const answer = ask(store)
      if (!isThenable(answer)) return read(answer as never)
      return inTime(answer, read, { clock, timeoutMs, onSilence: () => this.#rest(), onFailure })
    } catch (error) {
      onFailure(error)
      return undefined
    }
  }

  /** A store that hangs would hold up every call: it is left alone for a while, except for invalidations. */
  #rest(): void {
    if (this.#isResting) return
    this.#isResting = true
    this.#options.clock.after(restMs, () => (this.#isResting = false))
  }
}

// In place of an operation, where the store as a whole is meant.
const everything = '*'

const restMs = 1000
