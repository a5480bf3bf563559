import type { Timer } from '@millrace/core'

/** Somebody who wants a connection and has to wait for it. */
export interface Waiter<Item> {
  /** Here it is; it is the waiter's to give back. */
  granted(item: Item): void
  /** There will be none. */
  refused(error: unknown): void
}

/** A waiter in line. */
export class Place<Item> {
  readonly waiter: Waiter<Item>
  readonly since: number
  previous: Place<Item> | undefined
  following: Place<Item> | undefined
  timer: Timer | undefined
  isWaiting = true

  constructor(waiter: Waiter<Item>, since: number) {
    this.waiter = waiter
    this.since = since
  }
}

/** Those who wait, first come, first served. A linked list: whoever gives up leaves in constant time. */
export class Waiters<Item> {
  size = 0
  #first: Place<Item> | undefined
  #last: Place<Item> | undefined

  /** Puts somebody at the end of the line. */
  add(waiter: Waiter<Item>, since: number): Place<Item> {
    const place = new Place(waiter, since)
    place.previous = this.#last
    if (this.#last === undefined) this.#first = place
    else this.#last.following = place
    this.#last = place
    this.size += 1
    return place
  }

  /** Takes out who has waited longest. */
  take(): Place<Item> | undefined {
    const place = this.#first
    if (place !== undefined) this.leave(place)
    return place
  }

  /** Takes somebody out. @returns false when they had left already */
  leave(place: Place<Item>): boolean {
    if (!place.isWaiting) return false
    place.isWaiting = false
    place.timer?.cancel()
    if (place.previous === undefined) this.#first = place.following
    else place.previous.following = place.following
    if (place.following === undefined) this.#last = place.previous
    else place.following.previous = place.previous
    place.previous = place.following = undefined
    this.size -= 1
    return true
  }
}
