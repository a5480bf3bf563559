import type { Flight } from './flight.ts'

/**
 * The loads under way by key. One of them stands in a field: a `Map` that goes from empty to one and back builds its
 * table anew every few times, which costs more than all its lookups.
 */
export class Flights {
  #one: Flight | undefined
  readonly #others = new Map<string, Flight>()

  get(key: string): Flight | undefined {
    if (this.#one?.key === key) return this.#one
    return this.#others.size === 0 ? undefined : this.#others.get(key)
  }

  /** Puts it in the place of the one with its key, if there is one. */
  set(flight: Flight): void {
    const { key } = flight
    const isFree = this.#one === undefined && !this.#others.has(key)
    if (isFree || this.#one?.key === key) this.#one = flight
    else this.#others.set(key, flight)
  }

  /** Takes it out, unless another has taken its place. */
  delete(flight: Flight): void {
    if (this.#one === flight) this.#one = undefined
    else if (this.#others.get(flight.key) === flight) this.#others.delete(flight.key)
  }
}
