import { checkShare } from '@millrace/core'
import type { Clock, Entry, Match, Maybe, Store, StoreStats } from '@millrace/core'
import { MemoryStore } from '../memory/memoryStore.ts'
import { Ledger } from '../stores/ledger.ts'
import type { Drop } from '../stores/ledger.ts'
import { isLater, withinTime } from './later.ts'
import { Leasing } from './leasing.ts'
import type { TierSettings } from './options.ts'
import { covers, Tier } from './tier.ts'
import type { TierWork, Work } from './work.ts'

/** What `tiered()` says of itself. `entries` are those of the tier that has most, the other numbers are sums. */
export interface TieredStats extends StoreStats {
  /** By the names of the stores. */
  readonly tiers: { readonly [tier: string]: StoreStats & TierWork }
}

/** Several stores as one: what is asked most above, what is many below. */
export class TieredStore implements Store {
  readonly name = 'tiered'
  readonly isShared: boolean
  readonly clock: Clock
  /** Where a tier has its processes load one at a time, these do. */
  readonly lease?: NonNullable<Store['lease']>
  readonly #tiers: readonly Tier[]
  /** The first tier where it answers at once and never fails. */
  readonly #near: MemoryStore | undefined
  readonly #nearWork: Work
  readonly #ledger = new Ledger()
  /** Being dropped: what tiers below have of it does not count. */
  readonly #dropping = new Set<Drop>()
  readonly #writing = new Map<string, Entry>()
  readonly #sources = new WeakMap<Entry, string>()

  constructor(settings: readonly TierSettings[], clock: Clock) {
    this.clock = clock
    this.#tiers = settings.map((one) => new Tier(one, clock))
    this.isShared = this.#tiers.some((tier) => tier.isShared)
    this.#nearWork = (this.#tiers[0] as Tier).work
    const first = settings[0]?.store
    this.#near = first instanceof MemoryStore && first.clock === clock ? first : undefined
    const leasing = this.#leasing()
    if (leasing !== undefined) this.lease = (key, known) => leasing.lease(key, known)
  }

  /** What the first tier has, for somebody who has just read the clock. */
  near(key: string, now: number): Entry | undefined {
    const entry = this.#near?.read(key, now)
    if (entry !== undefined) this.#nearWork.gave(entry, now)
    return entry
  }

  /** The name of the first tier. */
  get nearest(): string {
    return (this.#tiers[0] as Tier).name
  }

  /** The name of the tier that `get` found this entry in. */
  tierOf(entry: Entry): string {
    return this.#sources.get(entry) ?? this.nearest
  }

  get(key: string): Maybe<Entry | undefined> {
    const now = this.clock.now()
    const near = this.near(key, now)
    if (near !== undefined) return near
    if (this.#near !== undefined) this.#nearWork.misses += 1
    const writing = this.#writing.get(key)
    if (writing !== undefined && now < writing.keptUntil) return writing
    return this.#readFrom(this.#near === undefined ? 0 : 1, key, this.#ledger.mark)
  }

  set(key: string, entry: Entry): Maybe<boolean> {
    // What is on its way up is older.
    this.#ledger.record({ key })
    const taken = this.#tiers.map((tier) =>
      // The one before must not come back where this one is not kept.
      tier.takes(entry) ? tier.write(key, entry, false) : tier.outdate(key),
    )
    return taken.some(isLater) ? this.#writingUntil(key, entry, this.#written(taken)) : taken.includes(true)
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#drop({ key })) > 0
  }

  invalidate(match: Match): Promise<number> {
    return this.#drop({ match })
  }

  async clear(): Promise<void> {
    await this.#drop({ match: {} })
  }

  /** Another process has dropped this from what they share. */
  hear(drop: Drop): void {
    this.#forget(drop)
    for (const tier of this.#tiers) tier.hear(drop)
  }

  async stats(): Promise<TieredStats> {
    const held = await Promise.all(this.#tiers.map(async (tier) => [tier, await tier.stats()] as const))
    const sum = (name: keyof StoreStats): number => held.reduce((all, [, stats]) => all + stats[name], 0)
    return {
      entries: Math.max(...held.map(([, { entries }]) => entries)),
      bytes: sum('bytes'),
      evictions: sum('evictions'),
      expirations: sum('expirations'),
      tiers: Object.fromEntries(held.map(([{ name, work }, stats]) => [name, { ...stats, ...numbersOf(work) }])),
    }
  }

  async shrinkTo(share: number): Promise<void> {
    checkShare('tiered', share)
    await Promise.all(this.#tiers.map(async (tier) => tier.shrinkTo(share)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#tiers.map(async (tier) => tier.close()))
  }

  async #written(taken: ReadonlyArray<Maybe<boolean>>): Promise<boolean> {
    let isKept = false
    for (const one of taken) isKept = (await one) || isKept
    return isKept
  }

  /** Serves an entry until it has been written. */
  async #writingUntil<Value>(key: string, entry: Entry, done: Promise<Value>): Promise<Value> {
    this.#writing.set(key, entry)
    try {
      return await done
    } finally {
      if (this.#writing.get(key) === entry) this.#writing.delete(key)
    }
  }

  #leasing(): Leasing | undefined {
    return Leasing.of({
      tiers: this.#tiers,
      mark: () => this.#ledger.mark,
      outdate: (key) => this.#ledger.record({ key }),
      isOutdated: (key, entry, mark) => this.#isOutdated(key, entry, mark),
      bringUp: (from, key, entry, mark) => this.#bringUp(from, key, entry, mark),
      writing: (key, entry, done) => this.#writingUntil(key, entry, done),
    })
  }

  #readFrom(first: number, key: string, mark: number): Maybe<Entry | undefined> {
    for (let at = first; at < this.#tiers.length; at += 1) {
      const found = (this.#tiers[at] as Tier).read(key)
      if (isLater(found)) {
        return found.then((entry) =>
          entry === undefined ? this.#readFrom(at + 1, key, mark) : this.#bringUp(at, key, entry, mark),
        )
      }
      if (found !== undefined) return this.#bringUp(at, key, found, mark)
    }
    return undefined
  }

  /** Gives an entry to the tiers above the one that had it, unless it was dropped or replaced meanwhile. */
  #bringUp(from: number, key: string, entry: Entry, mark: number): Entry | undefined {
    if (this.#isOutdated(key, entry, mark)) return this.near(key, this.clock.now()) ?? this.#writing.get(key)
    this.#sources.set(entry, (this.#tiers[from] as Tier).name)
    for (let at = from - 1; at >= 0; at -= 1) {
      const tier = this.#tiers[at] as Tier
      if (tier.takes(entry)) void tier.write(key, entry, true)
    }
    return entry
  }

  #isOutdated(key: string, entry: Entry, mark: number): boolean {
    if (this.#ledger.hasDropped(mark, key, entry)) return true
    for (const drop of this.#dropping) if (covers(drop, key, entry)) return true
    return false
  }

  /** @returns how many entries went of the tier that had most, as far as is known when a tier takes its time */
  async #drop(drop: Drop): Promise<number> {
    const counts: number[] = [0]
    await withinTime(this.#dropFromAll(drop, counts), this.clock, patienceMs, () => new Error('later')).catch(nothing)
    return Math.max(...counts)
  }

  /**
   * The nearest tier first, so that nobody here is given it any more, then from the bottom up: what is gone below cannot
   * come up again. Until all have done it, what they still have does not count here.
   */
  async #dropFromAll(drop: Drop, counts: number[]): Promise<void> {
    this.#forget(drop)
    this.#dropping.add(drop)
    const [first, ...rest] = this.#tiers as readonly [Tier, ...Tier[]]
    if (this.#near !== undefined) counts.push(await first.drop(drop))
    for (const tier of rest.toReversed()) counts.push(await tier.drop(drop))
    if (this.#near === undefined) counts.push(await first.drop(drop))
    this.#forget(drop)
    this.#dropping.delete(drop)
  }

  /** What is being read or written does not count, as far as it is covered. */
  #forget(drop: Drop): void {
    this.#ledger.record(drop)
    for (const [key, entry] of this.#writing) if (covers(drop, key, entry)) this.#writing.delete(key)
  }
}

const numbersOf = ({ hits, stale, misses, stored, promotions, errors, skipped, savedMs }: Work): TierWork => ({
  hits,
  stale,
  misses,
  stored,
  promotions,
  errors,
  skipped,
  savedMs,
})

const nothing = (): void => {}

// Less than a cache waits for its store.
const patienceMs = 150
