import { checkOptions, either, having, integer, off, oneOf, record, systemClock, text } from '@millrace/core'
import type { Check, Clock } from '@millrace/core'
import type { RedisLike } from '../redis.ts'

/** Options of `redisStore`. */
export interface RedisStoreOptions {
  /** Where entries live: what `redis()` gives. */
  readonly redis: RedisLike
  /**
   * Letters, digits, `.`, `_` and `-`: stores of one namespace share their entries, those of different ones know nothing
   * of each other. @default 'millrace'
   */
  readonly namespace?: string | undefined
  /** How entries are written. Both are always read. @default 'json' */
  readonly format?: 'json' | 'messagepack' | undefined
  /** Entries of more bytes are compressed, by `deflate`; `Infinity` for none. @default 16_384 */
  readonly compressAboveBytes?: number | undefined
  /** Entries of more bytes, as they are written to Redis, are not kept. @default 1 MiB */
  readonly maxEntryBytes?: number | undefined
  /**
   * Lets one process at a time load a key, and the others wait for what it stores; a process that dies keeps them waiting
   * for so long, in milliseconds, at least 100. `false` lets each process load. @default false
   */
  readonly leaseMs?: number | false | undefined
  /** Name in statistics. @default 'redis' */
  readonly name?: string | undefined
  /** The time entries live in; the cache's must be the same. @default systemClock */
  readonly clock?: Clock | undefined
}

/** The options with every default in its place. */
export type StoreSettings = {
  readonly [Name in keyof RedisStoreOptions]-?: Exclude<RedisStoreOptions[Name], undefined>
}

/** @throws TypeError when an option makes no sense */
export const storeSettingsOf = (options: RedisStoreOptions): StoreSettings => {
  checkOptions('redisStore', options, checks)
  const { redis, namespace = 'millrace', format = 'json', name = 'redis', clock = systemClock } = options
  const { compressAboveBytes = 16_384, maxEntryBytes = 2 ** 20, leaseMs = false } = options
  return { redis, namespace, format, compressAboveBytes, maxEntryBytes, leaseMs, name, clock }
}

/** A name that no other one is the beginning of, and that means nothing in a pattern. */
export const namespaceCheck: Check = (value) =>
  typeof value === 'string' && /^[\w.-]+$/.test(value) ? undefined : "letters, digits, '.', '_' and '-'"

/** Looked at closer by whoever leans on it. */
export const leanedOn: Check = (value) => (record(value) === undefined ? undefined : 'what redis() gives')

const checks = {
  redis: leanedOn,
  namespace: namespaceCheck,
  format: oneOf('json', 'messagepack'),
  compressAboveBytes: integer({ min: 0, unlimited: true }),
  maxEntryBytes: integer({ min: 1, unlimited: true }),
  leaseMs: either(integer({ min: 100 }), off),
  name: text,
  clock: having('a clock', 'now', 'after'),
}
