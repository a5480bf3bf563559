import type { Clock, Entry, Match, Maybe, Store, StoreStats } from '@millrace/core'
import type { Connection } from '../connection/connection.ts'
import { connectionOf } from '../connection/connectionOf.ts'
import { isCluster } from '../connection/nodes.ts'
import { runScript } from '../connection/script.ts'
import { frame, unframe } from './frame.ts'
import { Keys } from './keys.ts'
import { Leases } from './leases.ts'
import type { Put } from './leases.ts'
import { storeSettingsOf } from './options.ts'
import type { RedisStoreOptions, StoreSettings } from './options.ts'
import { statsOf } from './stats.ts'
import { areComplete, tagged } from './tags.ts'
import { dropMatching, keysUnder, membersOf, orElse, unlink } from './walk.ts'

/**
 * Keeps entries in Redis, for every process that has a store of the same namespace on it. It throws while Redis is away;
 * `cached()` then goes on without it. What it reads that is no entry counts as not there.
 *
 * @throws TypeError when an option makes no sense
 */
export const redisStore = (options: RedisStoreOptions): Store => {
  const settings = storeSettingsOf(options)
  return new RedisStore(connectionOf('redisStore', settings.redis), settings)
}

class RedisStore implements Store {
  readonly name: string
  readonly isShared = true
  readonly lease?: NonNullable<Store['lease']>
  readonly #connection: Connection
  readonly #settings: StoreSettings
  readonly #clock: Clock
  readonly #keys: Keys

  constructor(connection: Connection, settings: StoreSettings) {
    this.name = settings.name
    this.#connection = connection
    this.#settings = settings
    this.#clock = settings.clock
    this.#keys = new Keys(settings.namespace)
    if (settings.leaseMs === false) return
    const leases = new Leases({
      connection,
      keys: this.#keys,
      leaseMs: settings.leaseMs,
      read: async (bytes) => this.#fresh(await unframe(bytes)),
      put: (entry, by) => this.#put(entry, by),
    })
    this.lease = (key, known) => leases.ask(key, known)
  }

  get(key: string): Promise<Entry | undefined> {
    const name = this.#keys.entry(key)
    return this.#connection.run((client) => client.getBuffer(name)).then(this.#read, noEntry)
  }

  async set(key: string, entry: Entry): Promise<boolean> {
    const name = this.#keys.entry(key)
    const done = await this.#put(entry, {
      write: (bytes, leftMs) => this.#write(name, bytes, leftMs, entry.tags),
      drop: () => unlink(this.#connection, [name]),
    })
    return done !== false
  }

  async delete(key: string): Promise<boolean> {
    const name = this.#keys.entry(key)
    await this.#endLeases([name])
    return (await unlink(this.#connection, [name])) > 0
  }

  async invalidate(match: Match): Promise<number> {
    const { tags } = match
    if (tags !== undefined && (tags.length === 0 || (await areComplete(this.#connection)))) {
      let dropped = 0
      for (const tag of new Set(tags)) dropped += await this.#dropTagged(tag, match)
      return dropped
    }
    let dropped = 0
    for await (const keys of keysUnder(this.#connection, this.#keys.entries)) {
      dropped += (await dropMatching(this.#connection, keys, match, this.#endLeases)).dropped
    }
    return dropped
  }

  async clear(): Promise<void> {
    const { root, leases } = this.#keys
    // Leases first: under one that is left, what was dropped could be written again.
    for (const under of this.lease === undefined ? [root] : [leases, root]) {
      for await (const keys of keysUnder(this.#connection, under)) await unlink(this.#connection, keys)
    }
  }

  stats(): Promise<StoreStats> {
    return statsOf(this.#connection, this.#keys.entries, this.#clock)
  }

  readonly #read = (bytes: Buffer | null): Maybe<Entry | undefined> => {
    const entry = bytes === null ? undefined : unframe(bytes)
    return entry instanceof Promise ? entry.then(this.#living) : this.#living(entry)
  }

  readonly #living = (entry: Entry | undefined): Entry | undefined =>
    entry !== undefined && this.#clock.now() < entry.keptUntil ? entry : undefined

  readonly #fresh = (entry: Entry | undefined): Entry | undefined =>
    entry !== undefined && this.#clock.now() < entry.freshUntil ? entry : undefined

  /** Whoever loads these at this moment will not store. */
  readonly #endLeases = async (names: readonly string[]): Promise<void> => {
    if (this.lease !== undefined)
      await unlink(
        this.#connection,
        names.map((name) => this.#keys.lease(name)),
      )
  }

  /** @returns false when it must not be kept or finds no room, else what writing it comes to */
  async #put(entry: Entry, { write, drop }: Put): Promise<unknown> {
    const leftMs = Math.min(Math.ceil(entry.keptUntil - this.#clock.now()), maxLifeMs)
    const bytes = leftMs > 0 ? await frame(entry, this.#settings) : undefined
    try {
      if (bytes !== undefined && bytes.length <= this.#settings.maxEntryBytes) return await write(bytes, leftMs)
    } catch (error) {
      if (!isFull(error)) throw error
    }
    // What is there is older than what is not kept.
    await drop()
    return false
  }

  async #write(name: string, bytes: Buffer, leftMs: number, tags: readonly string[]): Promise<void> {
    await this.#connection.run((client): Promise<unknown> => {
      if (tags.length === 0 || isCluster(client)) return client.set(name, bytes, 'PX', leftMs)
      const keys = [name, ...tags.map((tag) => this.#keys.tag(tag))]
      const now = Date.now()
      return runScript(client, tagged, keys, [bytes, leftMs, now, now + leftMs])
    })
  }

  async #dropTagged(tag: string, match: Match): Promise<number> {
    const list = this.#keys.tag(tag)
    let dropped = 0
    for await (const keys of membersOf(this.#connection, list)) {
      const batch = await dropMatching(this.#connection, keys, match, this.#endLeases)
      dropped += batch.dropped
      if (batch.gone.length > 0) await this.#connection.run((client) => client.zrem(list, ...batch.gone))
    }
    return dropped
  }
}

const noEntry = (error: unknown): undefined => orElse(error, undefined)

const isFull = (error: unknown): boolean => error instanceof Error && error.message.startsWith('OOM')

// Ten years: Redis adds it to its own time.
const maxLifeMs = 315_360_000_000
