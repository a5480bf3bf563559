import { channel, checkOptions, checkShare, having, integer, matches, oneOf, systemClock } from '@millrace/core'
import type { Clock, Entry, Match, Shrinkable, Store, StoreStats } from '@millrace/core'
import { warnOnce } from '../warning.ts'
import { Expiry } from './expiry.ts'
import { fifo } from './fifo.ts'
import { lfu } from './lfu.ts'
import { lru } from './lru.ts'
import { manual } from './manual.ts'
import { Item } from './shelf.ts'
import type { Shelf } from './shelf.ts'
import { Sweep } from './sweep.ts'
import { TagIndex } from './tagIndex.ts'
import { ttl } from './ttl.ts'
import { weigh } from './weight.ts'

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /** Most entries it holds; at least 1, `Infinity` for no bound. @default 10_000 */
  readonly maxEntries?: number | undefined
  /** Most memory its entries take, in bytes, bookkeeping included; at least 1. @default 64 MiB */
  readonly maxBytes?: number | undefined
  /**
   * What goes when it is full: the least recently used, the least frequently used, the oldest, what expires soonest,
   * or nothing (`manual`), in which case it takes nothing new. @default 'lru'
   */
  readonly evict?: Evict | undefined
  /** The time entries live in; the same as the cache's. @default systemClock */
  readonly clock?: Clock | undefined
}

/** The eviction policies of `memoryStore`. */
export type Evict = 'lru' | 'lfu' | 'fifo' | 'ttl' | 'manual'

/**
 * Keeps entries in this process, bounded in number and memory. What has expired is freed even when nobody asks for it
 * again. An entry larger than `maxBytes` is not kept, with one warning on the process.
 *
 * @throws TypeError when an option makes no sense.
 */
export const memoryStore = (options: MemoryStoreOptions = {}): Store => {
  checkOptions('memoryStore', options, {
    maxEntries: integer({ min: 1, unlimited: true }),
    maxBytes: integer({ min: 1, unlimited: true }),
    evict: oneOf(...Object.keys(shelves)),
    clock: having('a clock', 'now', 'after'),
  })
  return new MemoryStore(options)
}

const shelves: { readonly [Name in Evict]: (expiry: Expiry) => Shelf } = { lru, lfu, fifo, ttl, manual }

export class MemoryStore implements Store, Shrinkable {
  readonly name = 'memory'
  readonly isShared = false
  readonly clock: Clock
  readonly #maxEntries: number
  readonly #maxBytes: number
  readonly #expiry = new Expiry()
  readonly #tags = new TagIndex()
  readonly #shelf: Shelf
  readonly #sweep: Sweep
  /** How many bytes it may hold now: `maxBytes`, or less while memory is short. */
  #room: number
  /** What a share is a share of, while it is to hold less. */
  #whole: number | undefined
  #bytes = 0
  #evictions = 0
  #expirations = 0

  constructor({
    maxEntries = 10_000,
    maxBytes = 64 * 2 ** 20,
    evict = 'lru',
    clock = systemClock,
  }: MemoryStoreOptions) {
    this.clock = clock
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
    this.#room = maxBytes
    this.#shelf = shelves[evict](this.#expiry)
    this.#sweep = new Sweep(clock, () => this.#freeExpired())
  }

  get(key: string): Entry | undefined {
    return this.read(key, this.clock.now())
  }

  /** As `get`, for somebody who has just read the store's clock. */
  read(key: string, now: number): Entry | undefined {
    const item = this.#shelf.get(key)
    if (item === undefined) return undefined
    if (now < item.entry.keptUntil) return item.entry
    this.#expire(item)
    return undefined
  }

  set(key: string, entry: Entry): boolean {
    return this.write(key, entry, this.clock.now())
  }

  /** As `set`, for somebody who has just read the store's clock. */
  write(key: string, entry: Entry, now: number): boolean {
    const present = this.#shelf.peek(key)
    if (present !== undefined) this.#remove(present)
    const item = new Item(key, entry, weigh(key, entry))
    if (entry.keptUntil <= now || !this.#makeRoom(item.weight, now)) return false
    this.#shelf.add(item)
    this.#expiry.add(item)
    this.#tags.add(item)
    this.#bytes += item.weight
    this.#sweep.await(entry.keptUntil)
    return true
  }

  delete(key: string): boolean {
    const item = this.#shelf.peek(key)
    if (item === undefined) return false
    this.#remove(item)
    return true
  }

  invalidate(match: Match): number {
    const candidates = match.tags === undefined ? this.#shelf.values() : this.#tags.withAny(match.tags)
    const found = [...candidates].filter((item) => matches(match, item.entry))
    for (const item of found) this.#remove(item)
    return found.length
  }

  clear(): void {
    this.#shelf.clear()
    this.#expiry.clear()
    this.#tags.clear()
    this.#bytes = 0
    this.#sweep.stop()
  }

  stats(): StoreStats {
    return {
      entries: this.#shelf.size,
      bytes: this.#bytes,
      evictions: this.#evictions,
      expirations: this.#expirations,
    }
  }

  /** A share is one of `maxBytes`, or of what it held when it was first told to hold less, if that is less. */
  shrinkTo(share: number): void {
    checkShare('memoryStore', share)
    // What it may hold can be far more than it ever held, and half of that would free nothing.
    if (share < 1) this.#whole ??= Math.min(this.#maxBytes, Math.max(this.#bytes, leastWhole))
    else this.#whole = undefined
    this.#room = this.#whole === undefined ? this.#maxBytes : share * this.#whole
    while (this.#bytes > this.#room) if (!this.#evict()) this.#letGo()
  }

  close(): void {
    this.clear()
  }

  #makeRoom(weight: number, now: number): boolean {
    if (weight > this.#maxBytes) {
      warnOnce(
        this,
        'size',
        `memoryStore: an entry takes ${weight} bytes of memory and is not kept; raise maxBytes, now ${this.#maxBytes}`,
      )
      return false
    }
    if (weight > this.#room) return false
    while (this.#shelf.size >= this.#maxEntries || this.#bytes + weight > this.#room) {
      const expired = this.#expiry.first
      if (expired !== undefined && expired.entry.keptUntil <= now) this.#expire(expired)
      else if (!this.#evict()) return false
    }
    return true
  }

  #evict(): boolean {
    const item = this.#shelf.evict()
    return item !== undefined && this.#evicted(item)
  }

  /** Nothing goes of itself; now it has to. */
  #letGo(): void {
    for (const item of this.#shelf.values()) {
      this.#shelf.take(item.key)
      this.#evicted(item)
      return
    }
  }

  #evicted(item: Item): true {
    this.#forget(item)
    this.#evictions += 1
    if (events.hasSubscribers) {
      events.publish({ type: 'cache.evicted', tier: this.name, entries: this.#shelf.size, bytes: this.#bytes })
    }
    return true
  }

  #expire(item: Item): void {
    this.#expirations += 1
    this.#remove(item)
  }

  #remove(item: Item): void {
    this.#shelf.take(item.key)
    this.#forget(item)
  }

  #forget(item: Item): void {
    this.#expiry.take(item)
    this.#tags.take(item)
    this.#bytes -= item.weight
    if (this.#shelf.size === 0) this.#sweep.stop()
  }

  #freeExpired(): number | undefined {
    const now = this.clock.now()
    for (let freed = 0; freed < mostPerTurn; freed += 1) {
      const item = this.#expiry.first
      if (item === undefined || item.entry.keptUntil > now) break
      this.#expire(item)
    }
    return this.#expiry.first?.entry.keptUntil
  }
}

const events = channel('cache')

// A cache that is nearly empty when memory gets short may grow to that and its share of it.
const leastWhole = 2 ** 20

// Bounds what one turn of the event loop spends on freeing.
const mostPerTurn = 1000
