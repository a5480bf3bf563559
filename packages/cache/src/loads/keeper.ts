import type { Entry, Result } from '@millrace/core'
import type { Parts } from '../parts.ts'
import { bypass, events, fail } from '../report.ts'
import { warnOfReading, warnOnce } from '../warning.ts'
import type { Flight } from './flight.ts'
import { Snapshot } from './snapshot.ts'
import { TextEntry } from './textEntry.ts'

/** What became of a result that a load brought. */
export interface Keeping {
  /** The entry made of it, when it was kept. */
  readonly entry?: Entry
  /** What JSON makes of the result; undefined when it cannot be one, or is nobody else's. */
  readonly copy?: Snapshot
}

interface Refusal extends Keeping {
  /** Why it was not kept. */
  readonly reason: string
}

/** Makes entries of results and stores them, unless the author, the size or an invalidation says otherwise. */
export class Keeper {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  keep(flight: Flight, result: Result, now: number): Keeping {
    const { isPublic } = flight.lane.settings
    // The author's word about all results does not make this one everybody's.
    if (isPublic && result['cacheScope'] === 'private') return this.#refuse(flight, { reason: 'private' })
    if (flight.readsCaller !== undefined) {
      warnOfReading(flight.lane.operation, flight.readsCaller)
      return this.#refuse(flight, { reason: 'caller' })
    }
    const copy = this.#copy(flight, result)
    // Whoever has the turn stores, and may store what is newer.
    if (flight.turn?.state === 'over') return this.#bypass(flight, { ...(copy && { copy }), reason: 'lease' })
    if (copy === undefined) return this.#refuse(flight, { reason: 'not JSON' })
    if (copy.bytes > this.#parts.maxEntryBytes) {
      this.#warnOfSize(flight.lane.operation, copy.bytes)
      return this.#refuse(flight, { copy, reason: 'too large' })
    }
    const entry = this.#entry(flight, copy, now)
    if (entry === undefined) return this.#refuse(flight, { copy, reason: 'ttlMs' })
    // Loaded before something was dropped that it belongs to: it may be from before the change.
    if (this.#parts.ledger.hasDropped(flight.mark, flight.key, entry)) {
      return this.#bypass(flight, { copy, reason: 'invalidated' })
    }
    this.#store(flight, entry)
    return { copy, entry }
  }

  #copy(flight: Flight, result: Result): Snapshot | undefined {
    try {
      return new Snapshot(result, !(flight.isLedAlone && this.#parts.store.isMemory))
    } catch (error) {
      this.#failed(flight, 'copy', error)
      return undefined
    }
  }

  #entry(flight: Flight, copy: Snapshot, now: number): Entry | undefined {
    const { call, lane, startedAt, principal, target } = flight
    const { ttlMs, tags, staleMs, staleIfErrorMs } = lane.settings
    try {
      const lifetime = typeof ttlMs === 'function' ? ttlMs(call, copy.result) : ttlMs
      if (!(lifetime > 0)) return undefined
      const freshUntil = Math.min(now + lifetime, forever)
      const entry = new TextEntry(copy, {
        storedAt: now,
        freshUntil,
        keptUntil: Math.min(freshUntil + Math.max(staleMs, staleIfErrorMs), forever),
        loadMs: now - startedAt,
        operation: lane.name,
        principal,
        target,
        tags: typeof tags === 'function' ? checkedTags(tags(call, copy.result)) : tags,
      })
      return this.#parts.store.isMemory ? entry : entry.toPlain()
    } catch (error) {
      this.#failed(flight, 'rules', error)
      return undefined
    }
  }

  #store(flight: Flight, entry: Entry): void {
    if (!flight.isSuperseded && flight.turn?.state !== 'alone') this.#set(flight, entry)
    else this.#setUnlessNewer(flight, entry)
  }

  #set(flight: Flight, entry: Entry): void {
    const taken = this.#parts.store.set(flight.key, entry, flight.turn?.use())
    if (taken instanceof Promise) this.#tellLater(flight, entry, taken)
    else this.#tell(flight, entry, taken)
  }

  #setUnlessNewer(flight: Flight, entry: Entry): void {
    const { store, ledger, clock } = this.#parts
    // A load that was given up for too slow, or had no lease, must not undo what a later one has brought.
    const present = store.get(flight.key, flight.call, flight.lane, clock.now())
    const unlessNewer = (found: Entry | undefined) => {
      const isNewer = found !== undefined && found.storedAt - found.loadMs >= flight.startedAt
      if (!isNewer && !ledger.hasDropped(flight.mark, flight.key, entry)) this.#set(flight, entry)
    }
    if (present instanceof Promise) void present.then(unlessNewer)
    else unlessNewer(present)
  }

  #tellLater(flight: Flight, entry: Entry, taken: Promise<boolean | 'over' | undefined>): void {
    void taken.then((isTaken) => this.#tell(flight, entry, isTaken))
  }

  /** @param isTaken undefined when the store failed, which has been said, or is left alone */
  #tell(flight: Flight, { bytes, loadMs }: Entry, isTaken: boolean | 'over' | undefined): void {
    if (isTaken === false || isTaken === 'over') return bypass(flight.lane, isTaken === false ? 'no room' : 'lease')
    if (isTaken === undefined) return
    const { operation, counters } = flight.lane
    counters.stored += 1
    if (!events.hasSubscribers) return
    events.publish({ type: 'cache.stored', operation, tier: this.#parts.store.name, bytes, loadMs })
    if (flight.isRefresh) events.publish({ type: 'cache.refreshed', operation, loadMs })
  }

  // To whoever looks at nothing but the answers, it would be a cache that does not work.
  #warnOfSize(operation: string, bytes: number): void {
    const { maxEntryBytes } = this.#parts
    warnOnce(
      this,
      operation,
      `cached: a result of ${operation} has ${bytes} bytes and is not cached; raise maxEntryBytes, now ${maxEntryBytes}`,
    )
  }

  /** What may not be kept makes what was kept before it outdated all the same. */
  #refuse(flight: Flight, refusal: Refusal): Keeping {
    if (flight.stale !== undefined && !flight.isSuperseded)
      void this.#parts.store.delete(flight.key, flight.lane.operation)
    return this.#bypass(flight, refusal)
  }

  #bypass(flight: Flight, refusal: Refusal): Keeping {
    bypass(flight.lane, refusal.reason)
    return refusal
  }

  #failed(flight: Flight, during: string, error: unknown): void {
    fail(flight.lane, this.#parts.store.name, during, error)
  }
}

const checkedTags = (tags: readonly string[]): readonly string[] => {
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return Object.freeze([...tags])
  throw new TypeError('tags must be an array of strings')
}

// The end of time that a store can write as JSON.
const forever = Number.MAX_SAFE_INTEGER
