import type { Clock, Timer } from '@millrace/core'
import { Heap } from './heap.ts'

/**
 * Time that passes only from one event to the next. Like the manual clock of `@millrace/core/testing`, but made for
 * millions of events, and it lets promises go on between two of them.
 */
export class VirtualTime implements Clock {
  #now: number
  readonly #events = new Heap<Event>()

  /** @param start the first `now()`, in milliseconds since the Unix epoch. */
  constructor(start: number = Date.UTC(2026, 0)) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): Timer {
    const event = new Event(this.#now + (delayMs > 0 ? delayMs : 0), run)
    this.#events.add(event)
    return event
  }

  /** Runs what falls due within so many milliseconds, each at its moment and after everything the one before caused. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    for (let event = this.#events.first; event !== undefined && event.at <= until; event = this.#events.first) {
      this.#events.take()
      if (event.run === undefined) continue
      this.#now = event.at
      const { run } = event
      event.cancel()
      run()
      await settled()
    }
    this.#now = until
  }
}

class Event implements Timer {
  readonly at: number
  run: (() => void) | undefined

  constructor(at: number, run: () => void) {
    this.at = at
    this.run = run
  }

  cancel(): void {
    this.run = undefined
  }
}

const immediate = globalThis.setImmediate
/** Node empties both queues of what is waiting for promises and ticks before it comes to immediates. */
const settled = (): Promise<void> => new Promise((resolve) => immediate(resolve))
