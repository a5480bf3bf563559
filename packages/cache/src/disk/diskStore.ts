import { channel, checkOptions, having, integer, systemClock, text } from '@millrace/core'
import type { Check, Clock, Entry, Match, Store, StoreStats } from '@millrace/core'
import { Sweep } from '../memory/sweep.ts'
import { warnOnce } from '../warning.ts'
import { faultOf } from './fault.ts'
import { Generations } from './generations.ts'
import { entryOf, idOf, rowOf } from './row.ts'
import type { Table } from './table.ts'
import { Writes } from './writes.ts'

/** Options of `diskStore`. */
export interface DiskStoreOptions {
  /** A folder, made when it is missing, on a disk of this machine: a network share has no locks to rely on. */
  readonly path: string
  /**
   * Letters, digits, `.`, `_` and `-`: stores of one namespace in one folder share their entries, those of different ones
   * know nothing of each other. @default 'millrace'
   */
  readonly namespace?: string | undefined
  /**
   * Largest size of the file with the entries, in bytes, at least 1 MiB, `Infinity` for no bound; beside it lie up to
   * 4 MiB of what was written last. Those written first go first. @default 256 MiB
   */
  readonly maxBytes?: number | undefined
  /** Most entries it holds; at least 1. @default Infinity */
  readonly maxEntries?: number | undefined
  /** Name in events and statistics. @default 'disk' */
  readonly name?: string | undefined
  /** The time entries live in; the same as the cache's. @default systemClock */
  readonly clock?: Clock | undefined
}

/**
 * Keeps entries in a file of SQLite, for every process of this machine that has a store of the same path and namespace.
 * They outlive processes, however those end, and are gone when the machine starts anew. An entry that is not as it was
 * written counts as not there; a file that is damaged is left aside for a new one, with a warning on the process; one
 * where something cannot be dropped is removed. Needs Node from 22.13 on.
 *
 * @throws TypeError when an option makes no sense
 * @throws MillraceError (`ERR_STORE_UNUSABLE`) when the folder cannot be read and written, or Node has no SQLite
 */
export const diskStore = (options: DiskStoreOptions): Store => {
  checkOptions('diskStore', options, checks)
  if (options?.path === undefined) throw new TypeError('diskStore.path must be a folder, got undefined')
  return new DiskStore(options)
}

class DiskStore implements Store {
  readonly name: string
  readonly isShared = true
  readonly #clock: Clock
  readonly #generations: Generations
  readonly #writes: Writes
  readonly #sweep: Sweep
  #evictions = 0
  #expirations = 0

  constructor(options: DiskStoreOptions) {
    const { path, namespace = 'millrace', name = 'disk', clock = systemClock } = options
    const { maxBytes = 256 * 2 ** 20, maxEntries = Infinity } = options
    this.name = name
    this.#clock = clock
    const onGivenUp = (file: string, error: unknown): void => this.#tellGivenUp(file, error)
    this.#generations = new Generations({ path, namespace, bounds: { maxBytes, maxEntries }, onGivenUp })
    this.#writes = new Writes(clock, (act) => this.#transact(act))
    this.#sweep = new Sweep(clock, () => this.#freeExpired())
    const next = this.#ask('open', (table) => table.nextExpiry)
    if (next !== undefined) this.#sweep.await(next)
  }

  get(key: string): Entry | undefined {
    const now = this.#clock.now()
    this.#generations.follow(now)
    const row = this.#ask('get', (table) => table.read(idOf(key)))
    if (row === undefined || row.kept <= now) return undefined
    try {
      return entryOf(key, row)
    } catch (error) {
      this.#tell('get', error)
      void this.delete(key)
      return undefined
    }
  }

  async set(key: string, entry: Entry): Promise<boolean> {
    const id = idOf(key)
    const { keptUntil } = entry
    if (keptUntil <= this.#clock.now()) {
      await this.delete(key)
      return false
    }
    const written = { id, keptUntil, tagIds: entry.tags.map(idOf), ...rowOf(key, entry) }
    const evicted = await this.#write('set', (table) => table.put(written))
    if (evicted === undefined) return false
    if (evicted > 0) this.#tellEvicted(evicted)
    this.#sweep.await(keptUntil)
    return true
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#write('delete', (table) => table.remove(idOf(key)))) ?? false
  }

  async invalidate(match: Match): Promise<number> {
    if (match.tags === undefined) return this.#drop(match, undefined)
    let dropped = 0
    for (const tag of new Set(match.tags)) dropped += await this.#drop({ ...match, tags: [tag] }, idOf(tag))
    return dropped
  }

  async clear(): Promise<void> {
    await this.#drop({}, undefined)
  }

  stats(): StoreStats {
    const { entries, bytes } = this.#ask('stats', (table) => table.total) ?? { entries: 0, bytes: 0 }
    return { entries, bytes, evictions: this.#evictions, expirations: this.#expirations }
  }

  close(): void {
    this.#sweep.stop()
    this.#writes.flush()
    this.#generations.close()
  }

  async #drop(match: Match, tagId: number | undefined): Promise<number> {
    let dropped = 0
    for (let after: number | undefined = -1; after !== undefined;) {
      const from: number = after
      const step = await this.#write('invalidate', (table) => table.drop(match, tagId, from))
      dropped += step?.count ?? 0
      after = step?.next
    }
    return dropped
  }

  /** @throws what SQLite throws, unless the file is damaged */
  #ask<Answer>(during: string, read: (table: Table) => Answer): Answer | undefined {
    const { table } = this.#generations
    if (table === undefined) return undefined
    try {
      return read(table)
    } catch (error) {
      if (faultOf(error) !== 'damaged') throw error
      this.#tell(during, error)
      this.#generations.giveUp(table, error)
      return undefined
    }
  }

  /** Undefined when there is no file, or it had to be given up: what cannot be dropped from it must not be served. */
  async #write<Value>(during: string, act: (table: Table) => Value): Promise<Value | undefined> {
    let { table } = this.#generations
    try {
      return await this.#writes.add(() => {
        table = this.#generations.table
        return table === undefined ? undefined : act(table)
      })
    } catch (error) {
      this.#tell(during, error)
      if (table !== undefined) this.#generations.giveUp(table, error)
      return undefined
    }
  }

  #transact(act: () => void): void {
    this.#generations.follow(this.#clock.now())
    const { table } = this.#generations
    if (table === undefined) act()
    else table.transaction(act)
  }

  #freeExpired(): number | undefined {
    const now = this.#clock.now()
    try {
      this.#transact(() => (this.#expirations += this.#generations.table?.expire(now) ?? 0))
      return this.#generations.table?.nextExpiry
    } catch {
      // Somebody else is at it; what is wrong with the file will be said of the next write.
      return now + retryMs
    }
  }

  #tell(during: string, error: unknown): void {
    if (events.hasSubscribers) events.publish({ type: 'cache.failed', operation: '*', tier: this.name, during, error })
  }

  #tellGivenUp(file: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    warnOnce(this, file, `diskStore: ${file} cannot be used any more and is given up for an empty one: ${reason}`)
    this.#tell('open', error)
  }

  #tellEvicted(count: number): void {
    this.#evictions += count
    if (!events.hasSubscribers) return
    const { entries, bytes } = this.stats()
    events.publish({ type: 'cache.evicted', tier: this.name, entries, bytes })
  }
}

const folder: Check = (value) => (text(value) === undefined ? undefined : 'the path of a folder')

const namespaceCheck: Check = (value) =>
  typeof value === 'string' && /^[\w.-]+$/.test(value) ? undefined : "letters, digits, '.', '_' and '-'"

const checks = {
  path: folder,
  namespace: namespaceCheck,
  maxBytes: integer({ min: 2 ** 20, unlimited: true }),
  maxEntries: integer({ min: 1, unlimited: true }),
  name: text,
  clock: having('a clock', 'now', 'after'),
}

const events = channel('cache')

const retryMs = 1_000
