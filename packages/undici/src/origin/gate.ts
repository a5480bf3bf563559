import type { Timer } from '@millrace/core'
import { HttpBusyError } from '../errors.ts'
import { events } from '../report.ts'
import type { Settings } from '../options.ts'
import type { Tally } from '../tally.ts'

/** A request that wants its turn. */
export interface Waiter {
  /** It is its turn; it calls `leave` when it has ended. */
  granted(): void
  /** It will not get one. */
  refused(error: unknown): void
}

/** Who may ask one origin now, and who has to wait: first come, first served. */
export class Gate {
  active = 0
  readonly #origin: string
  readonly #settings: Settings
  readonly #tally: Tally
  readonly #line = new Map<Waiter, Timer | undefined>()

  constructor(origin: string, settings: Settings, tally: Tally) {
    this.#origin = origin
    this.#settings = settings
    this.#tally = tally
  }

  get waiting(): number {
    return this.#line.size
  }

  get isUnused(): boolean {
    return this.active === 0 && this.#line.size === 0
  }

  /** Tells the waiter, now or later, whether it gets its turn. */
  enter(waiter: Waiter): void {
    const { maxConcurrent, maxWaiting, waitMs, clock } = this.#settings
    if (this.active < maxConcurrent) {
      this.active += 1
      return waiter.granted()
    }
    if (this.#line.size >= maxWaiting) return this.#refuse(waiter, 'full')
    const late = (): void => {
      this.#line.delete(waiter)
      this.#refuse(waiter, 'waited')
    }
    this.#line.set(waiter, waitMs === Infinity ? undefined : clock.after(waitMs, late))
  }

  /** Somebody no longer waits. @returns whether it did */
  forget(waiter: Waiter): boolean {
    this.#line.get(waiter)?.cancel()
    return this.#line.delete(waiter)
  }

  /** Somebody has ended: its turn goes to who has waited longest. */
  leave(): void {
    for (const waiter of this.#line.keys()) {
      this.forget(waiter)
      return waiter.granted()
    }
    this.active -= 1
  }

  #refuse(waiter: Waiter, reason: 'full' | 'waited'): void {
    const { name, maxConcurrent, waitMs } = this.#settings
    this.#tally.exhausted += 1
    if (events.hasSubscribers) {
      const { active, waiting } = this
      events.publish({ type: 'undici.exhausted', pool: name, origin: this.#origin, reason, active, waiting })
    }
    waiter.refused(
      new HttpBusyError(
        reason === 'full'
          ? `All ${maxConcurrent} requests to the HTTP service are in use and too many wait for their turn.`
          : `No turn to ask the HTTP service came within ${Math.round(waitMs)} ms.`,
      ),
    )
  }
}
