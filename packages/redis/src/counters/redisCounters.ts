import { checkOptions, integer, sha256, text } from '@millrace/core'
import type { Counted, CountedRate, Counters, SharedSlot, SlotSeeker, Taken } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { connectionOf } from '../connection/connectionOf.ts'
import { runScript } from '../connection/script.ts'
import type { RedisLike } from '../redis.ts'
import { leanedOn, namespaceCheck } from '../store/options.ts'
import { keysUnder, unlink } from '../store/walk.ts'
import { occupy, release, renew, take } from './scripts.ts'

/** Options of `redisCounters`. */
export interface RedisCountersOptions {
  /** Where counts live: what `redis()` gives. */
  readonly redis: RedisLike
  /** Letters, digits, `.`, `_` and `-`: counters of one namespace count together. @default 'millrace' */
  readonly namespace?: string | undefined
  /**
   * How long a slot of a process that has died stays taken, in milliseconds, at least 100; it is renewed three times as
   * often. @default 5_000
   */
  readonly leaseMs?: number | undefined
  /** Name in events. @default 'redis' */
  readonly name?: string | undefined
}

/**
 * Counts calls for every process that has counters of the same namespace: for `rateLimit({ store })` and
 * `queue({ store })`. The time is that of Redis, so that clocks need not agree. It throws while Redis is away; whoever
 * counts then counts for itself.
 *
 * @throws TypeError when an option makes no sense
 */
export const redisCounters = (options: RedisCountersOptions): Counters => {
  checkOptions('redisCounters', options, checks)
  const { redis, namespace = 'millrace', leaseMs = 5_000, name = 'redis' } = options
  return new RedisCounters(connectionOf('redisCounters', redis), namespace, leaseMs, name)
}

const checks = { redis: leanedOn, namespace: namespaceCheck, leaseMs: integer({ min: 100 }), name: text }

class RedisCounters implements Counters {
  readonly name: string
  readonly #connection: Connection
  readonly #namespace: string
  readonly #leaseMs: number
  readonly #own = crypto.randomUUID()
  #count = 0

  constructor(connection: Connection, namespace: string, leaseMs: number, name: string) {
    this.#connection = connection
    this.#namespace = namespace
    this.#leaseMs = leaseMs
    this.name = name
  }

  async take(counted: Counted, cost: number, rates: readonly CountedRate[], maxWaitMs: number): Promise<Taken> {
    const paces = rates.flatMap(({ everyMs, burst }) => [everyMs, burst])
    const values = [cost, Math.min(maxWaitMs, longestMs), ...paces]
    const key = this.#keyOf('r', counted)
    const [waitMs, ...dueMs] = (await this.#connection.run((client) =>
      runScript(client, take, [key], values),
    )) as string[]
    return { waitMs: waitMs === 'never' ? Infinity : Number(waitMs), dueMs: dueMs.map(Number) }
  }

  async forget(limit: string, key?: string): Promise<void> {
    if (key !== undefined) {
      await unlink(this.#connection, [this.#keyOf('r', { limit, key })])
      return
    }
    const root = this.#rootOf('r', limit).replaceAll(/[*?[\]\\]/g, '\\$&')
    for await (const keys of keysUnder(this.#connection, root)) await unlink(this.#connection, keys)
  }

  async occupy(counted: Counted, max: number, { by, waitedMs }: SlotSeeker): Promise<SharedSlot | undefined> {
    const key = this.#keyOf('s', counted)
    const slot = `${this.#own}:${(this.#count += 1)}`
    const run = (script: typeof occupy, values: readonly (string | number)[]): Promise<unknown> =>
      this.#connection.run((client) => runScript(client, script, [key], values))
    const most = Math.min(max, Number.MAX_SAFE_INTEGER)
    if ((await run(occupy, [slot, this.#leaseMs, most, by, Math.round(waitedMs)])) !== 1) return undefined
    return {
      renewMs: this.#leaseMs / 3,
      renew: async () => (await run(renew, [slot, this.#leaseMs])) === 1,
      release: async () => void (await run(release, [slot])),
    }
  }

  #keyOf(kind: 'r' | 's', { limit, key }: Counted): string {
    return this.#rootOf(kind, limit) + (key.length > maxLength ? `h:${sha256(key)}` : `k:${key}`)
  }

  /** What the keys of a limit begin with, and those of no other. */
  #rootOf(kind: 'r' | 's', limit: string): string {
    return `${this.#namespace}:${kind}:${limit.length}:${limit}:`
  }
}

const maxLength = 256

// As a number that Lua reads; nobody waits for longer.
const longestMs = 315_360_000_000
