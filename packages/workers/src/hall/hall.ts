import type { Clock, Timer } from '@millrace/core'
import { priorities } from '../priority.ts'
import type { TaskPriority } from '../priority.ts'

/** A task that wants a thread. */
export interface Waiter {
  readonly priority: TaskPriority
  /** How long it may wait, in milliseconds. */
  readonly waitMs: number
  /** There is a thread for it; whoever has one calls `leave` when it has ended. */
  granted(waitedMs: number): void
  /** There will be none. */
  refused(reason: 'full' | 'waited', waitedMs: number): void
}

/**
 * Who may have a thread now, and who has to wait: the most important first, and among equals who came first. It stands
 * in front of piscina and not inside it: tasks that can be aborted never reach a task queue of piscina's.
 */
export class Hall {
  active = 0
  waiting = 0
  readonly #slots: number
  readonly #maxQueued: number
  readonly #clock: Clock
  readonly #lanes: ReadonlyArray<Map<Waiter, Place>> = priorities.map(() => new Map<Waiter, Place>())

  constructor(slots: number, maxQueued: number, clock: Clock) {
    this.#slots = slots
    this.#maxQueued = maxQueued
    this.#clock = clock
  }

  /** Tells the waiter, now or later, whether it gets a thread. @returns whether it waits */
  enter(waiter: Waiter): boolean {
    if (this.active < this.#slots) {
      this.active += 1
      waiter.granted(0)
      return false
    }
    if (this.waiting >= this.#maxQueued || waiter.waitMs <= 0) {
      waiter.refused(this.waiting >= this.#maxQueued ? 'full' : 'waited', 0)
      return false
    }
    const since = this.#clock.now()
    const tooLong = (): void => waiter.refused('waited', this.forget(waiter) ?? 0)
    const timer = waiter.waitMs === Infinity ? undefined : this.#clock.after(waiter.waitMs, tooLong)
    this.#laneOf(waiter).set(waiter, { since, timer })
    this.waiting += 1
    return true
  }

  /** Somebody no longer waits. @returns how long it has, in milliseconds; undefined when it does not wait */
  forget(waiter: Waiter): number | undefined {
    const lane = this.#laneOf(waiter)
    const place = lane.get(waiter)
    if (place === undefined) return undefined
    place.timer?.cancel()
    lane.delete(waiter)
    this.waiting -= 1
    return this.#clock.now() - place.since
  }

  /** Somebody has ended: its thread goes to the first in line. */
  leave(): void {
    const next = this.#next()
    if (next === undefined) this.active -= 1
    else next.granted(this.forget(next) as number)
  }

  /** Everybody who waits, the next one first. */
  *line(): Generator<Waiter, void, undefined> {
    for (const lane of this.#lanes) yield* lane.keys()
  }

  #next(): Waiter | undefined {
    return this.waiting === 0 ? undefined : (this.line().next().value ?? undefined)
  }

  #laneOf({ priority }: Waiter): Map<Waiter, Place> {
    return this.#lanes[priorities.indexOf(priority)] as Map<Waiter, Place>
  }
}

interface Place {
  readonly since: number
  readonly timer: Timer | undefined
}
