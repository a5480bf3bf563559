import { matches } from '@millrace/core'
import type { Clock, Entry, Lease, Leased, Matched, Maybe, Store, StoreStats } from '@millrace/core'
import { plainEntry, sealed } from '../stores/entry.ts'
import type { Drop } from '../stores/ledger.ts'
import { leasedOf, statsOf, takenOf } from '../stores/answer.ts'
import { Access } from './access.ts'
import { isLater } from './later.ts'
import type { TierSettings } from './options.ts'
import { Work } from './work.ts'

/** A store as one of several, which never fails. */
export class Tier {
  readonly name: string
  readonly isShared: boolean
  readonly work: Work = new Work()
  readonly #settings: TierSettings
  readonly #clock: Clock
  readonly #access: Access
  readonly #writes = new Set<Write>()
  /** What it was given because a tier below had it. */
  readonly #recent = new Map<string, Matched>()

  constructor(settings: TierSettings, clock: Clock) {
    const { store, timeoutMs } = settings
    this.#settings = settings
    this.#clock = clock
    this.#access = new Access(store, clock, timeoutMs, this.work)
    this.name = store.name
    this.isShared = store.isShared
  }

  /** Whether an entry belongs here, by its size. */
  takes({ bytes }: Entry): boolean {
    return bytes >= this.#settings.minEntryBytes && bytes <= this.#settings.maxEntryBytes
  }

  read(key: string): Maybe<Entry | undefined> {
    const asked = this.#access.ask('get', (store) => store.get(key), this.#entryIn)
    return isLater(asked) ? asked.then(this.#counted) : this.#counted(asked)
  }

  /** @returns whether it keeps it */
  write(key: string, entry: Entry, isPromotion: boolean): Maybe<boolean> {
    const set = (store: Store): Maybe<boolean> => {
      const sent = store.set(key, this.#fitted(entry))
      if (isLater(sent)) this.#track(key, entry, sent)
      return sent
    }
    const kept = (isKept: unknown): boolean => {
      if (isKept !== true) return false
      this.work[isPromotion ? 'promotions' : 'stored'] += 1
      if (isPromotion && this.isShared) this.#remember(key, entry)
      return true
    }
    const asked = this.#access.ask('set', set, kept)
    return isLater(asked) ? asked.then(Boolean) : Boolean(asked)
  }

  get hasLeases(): boolean {
    return this.#settings.store.lease !== undefined
  }

  /** Asks for the right to load a key; undefined when it fails or is left alone. */
  lease(key: string, known: Entry | undefined): Maybe<Leased | undefined> {
    const read = (answer: unknown): Leased | undefined => leasedOf(answer, this.#entryIn)
    return this.#access.ask('lease', (store) => store.lease?.(key, known), read)
  }

  /** Does something with a lease of its own; undefined when that failed. */
  leased<Answer>(ask: () => Maybe<Answer>): Maybe<Answer | undefined> {
    return this.#access.ask('lease', ask, (answer) => answer as Answer)
  }

  /** Ends a lease with an entry. @returns whether it keeps it; undefined when that failed */
  async writeLeased(lease: Lease, entry: Entry): Promise<boolean | 'over' | undefined> {
    const taken = await this.#access.ask('set', () => lease.set(this.#fitted(entry)), takenOf)
    if (taken === true) this.work.stored += 1
    return taken
  }

  /** An entry that needs not be loaded anew. */
  async fresh(key: string): Promise<Entry | undefined> {
    const entry = await this.#access.ask('get', (store) => store.get(key), this.#entryIn)
    if (entry === undefined || this.#clock.now() >= entry.freshUntil) return undefined
    return this.#counted(entry)
  }

  /** What it has for this key is from before something that is not kept here. */
  outdate(key: string): Maybe<boolean> {
    const asked = this.#access.ask('delete', (store) => store.delete(key), Boolean)
    return isLater(asked) ? asked.then(() => false) : false
  }

  /** Drops what is there now and what is on its way there. @returns how many entries went now */
  drop(drop: Drop): Maybe<number> {
    const late = this.#lateOf(drop)
    const count = this.#access.drop(drop)
    return late.length === 0 ? count : this.#undone(late).then(() => count)
  }

  /** Another process has dropped this where it is shared; what this one has brought there may have come after that. */
  hear(drop: Drop): void {
    if (!this.isShared) return void this.drop(drop)
    void this.#undone(this.#lateOf(drop))
    for (const [key, about] of this.#recent) if (covers(drop, key, about)) void this.drop({ key })
  }

  async stats(): Promise<StoreStats> {
    return (await this.#access.ask('stats', (store) => store.stats(), numbersOf)) ?? numbersOf({})
  }

  /** Has it hold less, as far as it takes memory of this process. */
  shrinkTo(share: number): Maybe<void> {
    const asked = this.#access.ask('shrinkTo', (store) => store.shrinkTo?.(share), nothing)
    return isLater(asked) ? asked.then(nothing) : undefined
  }

  close(): Maybe<void> {
    return this.#settings.store.close?.()
  }

  readonly #entryIn = (answer: unknown): Entry | undefined => {
    if (answer === undefined || answer === null) return undefined
    const entry = plainEntry(answer, sealed)
    if (entry === undefined) throw new TypeError('the store gave something else than an entry')
    return this.#clock.now() < entry.keptUntil ? entry : undefined
  }

  readonly #counted = (entry: Entry | undefined): Entry | undefined => {
    if (entry === undefined) this.work.misses += 1
    else this.work.gave(entry, this.#clock.now())
    return entry
  }

  #fitted(entry: Entry): Entry {
    const end = this.#clock.now() + this.#settings.maxTtlMs
    if (entry.keptUntil <= end) return entry
    return { ...entry, freshUntil: Math.min(entry.freshUntil, end), keptUntil: end }
  }

  #track(key: string, entry: Entry, sent: Promise<unknown>): void {
    // Not when it is no longer waited for but when the store has written, however late that is.
    const write: Write = { key, entry, done: sent.then(nothing, nothing) }
    this.#writes.add(write)
    void write.done.then(() => this.#writes.delete(write))
  }

  #lateOf(drop: Drop): readonly Write[] {
    return [...this.#writes].filter(({ key, entry }) => covers(drop, key, entry))
  }

  async #undone(late: readonly Write[]): Promise<void> {
    await Promise.all(
      late.map(async ({ key, done }) => {
        await done
        await this.#access.drop({ key })
      }),
    )
  }

  #remember(key: string, { operation, principal, target, tags }: Entry): void {
    this.#recent.delete(key)
    this.#recent.set(key, { operation, principal, target, tags })
    const [oldest] = this.#recent.keys()
    if (this.#recent.size > mostRecent && oldest !== undefined) this.#recent.delete(oldest)
  }
}

/** A write that the store has not answered yet. */
interface Write {
  readonly key: string
  readonly entry: Entry
  readonly done: Promise<void>
}

/** Whether what was dropped covers an entry. */
export const covers = (drop: Drop, key: string, entry: Matched): boolean =>
  'key' in drop ? drop.key === key : matches(drop.match, entry)

const numbersOf = (stats: unknown): StoreStats => statsOf(stats as Partial<StoreStats>)

const nothing = (): void => {}

const mostRecent = 500
