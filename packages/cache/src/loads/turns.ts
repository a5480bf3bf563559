import type { Entry, Lease, Timer } from '@millrace/core'
import type { Parts } from '../parts.ts'
import { events } from '../report.ts'
import type { Flight } from './flight.ts'

/** The turns of loads, where the processes that share a store load a key one at a time. */
export class Turns {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Waits until it is the turn of a load, or there is nothing to wait for: nobody wants it any more, the store fails, or
   * the last of its callers has no time left.
   *
   * @returns the entry that another process has stored meanwhile, in place of a load
   */
  async wait(flight: Flight): Promise<Entry | undefined> {
    flight.turn = new Turn(this.#parts, flight)
    const { store, clock, ledger, maxLoadMs } = this.#parts
    const startedAt = clock.now()
    while (!flight.cancellation.isAborted) {
      const leased = await store.lease(flight.key, flight.call, flight.lane, flight.stale)
      const now = clock.now()
      if (leased?.state === 'granted') {
        flight.turn.begin(leased.lease)
        // Whoever wanted it may have left meanwhile, or want it no more.
        if (flight.cancellation.isAborted || flight.isSuperseded) flight.turn.end(true)
        return undefined
      }
      if (leased?.state === 'stored') {
        const { entry } = leased
        if (now >= entry.freshUntil || ledger.hasDropped(flight.mark, flight.key, entry)) return undefined
        this.#tell(flight, now - startedAt)
        return entry
      }
      // Whoever waited for it may have left while the store was asked.
      if (leased === undefined || flight.cancellation.isAborted) return undefined
      const waitedMs = now - startedAt
      const leftMs = Math.min(overdueMs(flight, waitedMs), maxLoadMs - waitedMs)
      if (leased.state === 'free' || !(leftMs > 0)) {
        flight.turn.end(true)
        return undefined
      }
      // The longer a load has taken, the longer it is going to take: an eighth later than possible is soon enough.
      await this.#pause(flight, Math.min(leftMs, longestMs, Math.max(shortestMs, waitedMs / 8)))
    }
    return undefined
  }

  #pause(flight: Flight, forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        timer.cancel()
        stop()
        resolve()
      }
      const timer = this.#parts.clock.after(forMs, over)
      const stop = flight.cancellation.subscribe(over)
    })
  }

  #tell({ lane: { operation } }: Flight, waitMs: number): void {
    const { store } = this.#parts
    if (events.hasSubscribers) events.publish({ type: 'cache.awaited', operation, tier: store.name, waitMs })
  }
}

/**
 * What a load has of its turn: nothing, or a lease, which is renewed until the load is over or too old, or no more: then
 * somebody else may have it.
 */
export class Turn {
  /** `alone` without a lease, where there is none to be had; `over` when it was given back, used or not waited for. */
  state: 'alone' | 'held' | 'over' = 'alone'
  readonly #parts: Parts
  readonly #flight: Flight
  #lease: Lease | undefined
  #timer: Timer | undefined

  constructor(parts: Parts, flight: Flight) {
    this.#parts = parts
    this.#flight = flight
  }

  begin(lease: Lease): void {
    const { clock, maxLoadMs } = this.#parts
    this.state = 'held'
    this.#lease = lease
    this.#renewLater(lease, clock.now() + maxLoadMs)
  }

  /** The lease, to store with: that ends it. */
  use(): Lease | undefined {
    const lease = this.#lease
    this.state = 'over'
    this.#lease = undefined
    this.#timer?.cancel()
    return lease
  }

  /** Gives the lease back, unless that has been done. @param isPassedOn as in `Lease.release` */
  end(isPassedOn: boolean): void {
    const lease = this.use()
    if (lease === undefined) return
    void this.#parts.store.leased(this.#flight.lane.operation, () => lease.release(isPassedOn))
  }

  #renewLater(lease: Lease, until: number): void {
    this.#timer = this.#parts.clock.after(lease.renewMs, () => void this.#renew(lease, until))
  }

  async #renew(lease: Lease, until: number): Promise<void> {
    const { clock, store } = this.#parts
    if (clock.now() >= until) return
    const isHeld = await store.leased(this.#flight.lane.operation, () => lease.renew())
    // What is not renewed ends by itself; whether it has ended is known to the store that is given an entry.
    if (this.#lease !== undefined && isHeld !== false) this.#renewLater(lease, until)
  }
}

/**
 * How long until the deadline has surely passed: whoever sees to it may be an eighth late (see `Clock`), and should not
 * find a load that has just begun.
 */
const overdueMs = (flight: Flight, waitedMs: number): number => {
  const leftMs = flight.deadline - flight.call.clock.now()
  return leftMs + (leftMs + waitedMs) / 7
}

const shortestMs = 2
const longestMs = 50
