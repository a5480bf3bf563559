import type { Journal } from './journal.ts'
import type { Member } from './member.ts'
import { exhausted } from './exhausted.ts'
import type { Plan } from './plan.ts'
import { Waiters } from './waiters.ts'
import type { Place, Waiter } from './waiters.ts'

/** Those who wait for a connection: no more than may, and none for longer than it may. */
export class Line<Item> {
  readonly #plan: Plan
  readonly #journal: Journal
  readonly #waiters = new Waiters<Member<Item>>()

  constructor(plan: Plan, journal: Journal) {
    this.#plan = plan
    this.#journal = journal
  }

  get size(): number {
    return this.#waiters.size
  }

  /**
   * Puts somebody at the end, who hears when that took too long.
   *
   * @param limit how many connections there may be
   * @param openable how many of these are not there yet: as many may wait beyond the bound
   * @param limitMs how long this one may wait, when that is less than everybody may
   * @returns undefined when too many wait; the waiter has been told
   */
  join(
    waiter: Waiter<Member<Item>>,
    limit: number,
    openable: number,
    limitMs: number,
  ): Place<Member<Item>> | undefined {
    const { clock, maxWaiting, waitMs } = this.#plan
    if (this.#waiters.size >= maxWaiting + openable) {
      this.#refuse(waiter, 'full', 0, limit)
      return undefined
    }
    const place = this.#waiters.add(waiter, clock.now())
    const forMs = Math.min(waitMs, limitMs)
    if (forMs < Infinity) {
      place.timer = clock.after(forMs, () => {
        this.#waiters.leave(place)
        this.#refuse(waiter, 'waited', clock.now() - place.since, limit)
      })
    }
    return place
  }

  /** Takes somebody out. @returns false when that had happened before */
  leave(place: Place<Member<Item>>): boolean {
    return this.#waiters.leave(place)
  }

  /** Takes out who has waited longest. */
  take(): Place<Member<Item>> | undefined {
    return this.#waiters.take()
  }

  /** Sends everybody away. */
  clear(error: Error): void {
    // Those who come back while the others are being told wait for the next attempt.
    for (let left = this.#waiters.size; left > 0; left -= 1) this.#waiters.take()?.waiter.refused(error)
  }

  #refuse(waiter: Waiter<Member<Item>>, reason: 'full' | 'waited', waitMs: number, limit: number): void {
    this.#journal.exhausted(reason, waitMs)
    waiter.refused(exhausted(reason, waitMs, limit))
  }
}
