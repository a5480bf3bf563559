import type { Call, Clock, Timer } from '@millrace/core'
import { Likeness } from '../keys/likeness.ts'
import type { Lane } from '../plan/lane.ts'
import type { Flight } from './flight.ts'

/**
 * The load that was joined last, for as long as it is surely young enough to be joined. Further calls that
 * want the same are known by comparison: they need no key, no look into the store and no look at the clock.
 */
export class RecentFlight {
  readonly #clock: Clock
  #flight: Flight | undefined
  #likeness: Likeness | undefined
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The load that the call may join, when it is this one. */
  find(call: Call, lane: Lane): Flight | undefined {
    if (this.#likeness === undefined) return undefined
    try {
      return this.#likeness.fits(call, lane) ? this.#flight : undefined
    } catch {
      // What cannot be read now is read again for the key, and reported there.
      return undefined
    }
  }

  /** Calls like this one join the load, for the next `forMs`. */
  open(flight: Flight, call: Call, lane: Lane, forMs: number): void {
    this.#end()
    this.#likeness = Likeness.of(call, lane)
    if (this.#likeness === undefined) return
    this.#flight = flight
    // A clock may come late by an eighth.
    if (forMs < Infinity) this.#timer = this.#clock.after((forMs * 8) / 9, () => this.#end())
  }

  close(flight: Flight): void {
    if (this.#flight === flight) this.#end()
  }

  #end(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#flight = undefined
    this.#likeness = undefined
  }
}
