import type { Entry, Lease, Leased } from '@millrace/core'
import type { Tier } from './tier.ts'

/** What leases of tiers need of their store. */
export interface LeasingTiers {
  readonly tiers: readonly Tier[]
  /** When something was dropped up to now. */
  mark(): number
  /** What is on its way up is older than what comes now. */
  outdate(key: string): void
  /** Whether an entry was dropped since. */
  isOutdated(key: string, entry: Entry, mark: number): boolean
  /** Gives it to the tiers above the one that had it; undefined when it was dropped meanwhile. */
  bringUp(from: number, key: string, entry: Entry, mark: number): Entry | undefined
  /** Serves an entry until `done` has ended, as no tier may have it yet. */
  writing<Value>(key: string, entry: Entry, done: Promise<Value>): Promise<Value>
}

/** The turns of loads that the nearest tier with leases keeps, for all tiers. */
export class Leasing {
  readonly #all: LeasingTiers
  readonly #tier: Tier
  readonly #at: number

  private constructor(all: LeasingTiers, at: number) {
    this.#all = all
    this.#at = at
    this.#tier = all.tiers[at] as Tier
  }

  /** Undefined where no tier has leases. */
  static of(all: LeasingTiers): Leasing | undefined {
    const at = all.tiers.findIndex((tier) => tier.hasLeases)
    return at < 0 ? undefined : new Leasing(all, at)
  }

  /** Undefined when the tier fails or is left alone: then nobody waits for anybody. */
  async lease(key: string, known: Entry | undefined): Promise<Leased | undefined> {
    const mark = this.#all.mark()
    const leased = await this.#tier.lease(key, known)
    if (leased?.state === 'stored') return storedOf(this.#all.bringUp(this.#at, key, leased.entry, mark))
    if (leased?.state !== 'granted') return leased
    const { lease } = leased
    const elsewhere = storedOf(await this.#elsewhere(key, known, mark))
    if (elsewhere === undefined) return { state: 'granted', lease: this.#over(lease, key, known) }
    void this.#tier.leased(() => lease.release(true))
    return elsewhere
  }

  /** The lease of the tier, for an entry that goes to all tiers. */
  #over(lease: Lease, key: string, known: Entry | undefined): Lease {
    return {
      renewMs: lease.renewMs,
      // A tier that fails does not say that it has ended.
      renew: () => this.#held(lease),
      release: (isPassedOn) => this.#tier.leased(() => lease.release(isPassedOn)),
      set: (entry) => this.#all.writing(key, entry, this.#set(lease, key, known, entry)),
    }
  }

  /** The tier of the lease first: when that has ended, somebody may have stored what is newer, and none is written. */
  async #set(lease: Lease, key: string, known: Entry | undefined, entry: Entry): Promise<boolean | 'over'> {
    this.#all.outdate(key)
    const mark = this.#all.mark()
    const isTaken = this.#tier.takes(entry)
    const taken = isTaken ? await this.#tier.writeLeased(lease, entry) : (await this.#held(lease)) ? false : 'over'
    if (taken === 'over' || this.#all.isOutdated(key, entry, mark)) return 'over'
    const others = this.#all.tiers.filter((tier) => tier !== this.#tier)
    const kept = await Promise.all(
      others.map(async (tier) => (tier.takes(entry) ? tier.write(key, entry, false) : tier.outdate(key))),
    )
    if (!isTaken) {
      if (known !== undefined) await this.#tier.outdate(key)
      // Whoever waits finds it where others see it as well; where nobody does, each loads for itself.
      const isShared = others.some((tier, at) => tier.isShared && kept[at] === true)
      await this.#tier.leased(() => lease.release(isShared))
    }
    return taken === true || kept.includes(true)
  }

  async #held(lease: Lease): Promise<boolean> {
    return (await this.#tier.leased(() => lease.renew())) !== false
  }

  /** A fresh entry in another tier that processes share: what the tier of the leases takes no entries of this size of. */
  async #elsewhere(key: string, known: Entry | undefined, mark: number): Promise<Entry | undefined> {
    for (const [at, tier] of this.#all.tiers.entries()) {
      if (tier === this.#tier || !tier.isShared) continue
      const found = await tier.fresh(key)
      if (found !== undefined && found.storedAt !== known?.storedAt) return this.#all.bringUp(at, key, found, mark)
    }
    return undefined
  }
}

const storedOf = (entry: Entry | undefined): Leased | undefined =>
  entry === undefined ? undefined : { state: 'stored', entry }
