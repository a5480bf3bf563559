import { checkOptions, having, integer, kindOf, number, systemClock } from '@millrace/core'
import type { Clock, Store } from '@millrace/core'

/** A store and what of it is used. */
export interface TierOptions {
  /** Where the entries of this tier live. */
  readonly store: Store
  /** Results of more bytes of JSON are not kept here, at least 1. @default Infinity */
  readonly maxEntryBytes?: number | undefined
  /** Results of fewer bytes of JSON are not kept here, at least 0. @default 0 */
  readonly minEntryBytes?: number | undefined
  /**
   * How long an entry stays here at most, in milliseconds, at least 1; then the tier below is asked, which may have what
   * another process has brought since. @default Infinity
   */
  readonly maxTtlMs?: number | undefined
  /** An answer that takes longer, in milliseconds, is not waited for, and the tier is left alone. @default 100 */
  readonly timeoutMs?: number | undefined
}

/** Options of `tiered`, before the tiers. */
export interface TieredOptions {
  /** The time entries live in; the same as the cache's and the stores'. @default systemClock */
  readonly clock?: Clock | undefined
}

/** A tier with every default in its place. */
export type TierSettings = { readonly [Name in keyof TierOptions]-?: Exclude<TierOptions[Name], undefined> }

/** @throws TypeError when an option makes no sense */
export const tierSettingsOf = (tier: Store | TierOptions): TierSettings => {
  const options = isStore(tier) ? { store: tier } : tier
  checkOptions('tiered', options, checks)
  if (options?.store === undefined) throw new TypeError(`tiered: a tier must be a store, got ${kindOf(tier)}`)
  const { store, maxEntryBytes = Infinity, minEntryBytes = 0, maxTtlMs = Infinity, timeoutMs = 100 } = options
  return { store, maxEntryBytes, minEntryBytes, maxTtlMs, timeoutMs }
}

/** @throws TypeError when an option makes no sense */
export const tieredSettingsOf = (options: TieredOptions): { readonly clock: Clock } => {
  checkOptions('tiered', options, { clock: having('a clock', 'now', 'after') })
  const { clock = systemClock } = options
  return { clock }
}

export const isStore = (value: unknown): value is Store => storeCheck(value) === undefined

const storeCheck = having('a store', 'get', 'set', 'delete', 'invalidate', 'clear', 'stats')

const checks = {
  store: storeCheck,
  maxEntryBytes: integer({ min: 1, unlimited: true }),
  minEntryBytes: integer({ min: 0 }),
  maxTtlMs: number({ min: 1, unlimited: true }),
  timeoutMs: number({ min: 1 }),
}
