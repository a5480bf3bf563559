import type { Dispatcher } from 'undici'
import { events } from './report.ts'
import { newTally } from './tally.ts'
import type { Tally } from './tally.ts'

/** Counts what happens to the connections of a pool, and tells of it. */
export class Journal {
  readonly tally: Tally = newTally()
  connections = 0
  readonly #pool: string

  constructor(pool: string) {
    this.#pool = pool
  }

  /** Counts what happens to the connections of one more agent. */
  watch(agent: Dispatcher): void {
    agent.on('connect', (origin) => {
      this.connections += 1
      this.tally.opened += 1
      if (events.hasSubscribers) events.publish({ type: 'undici.connected', ...this.#of(origin) })
    })
    agent.on('disconnect', (origin, _, error) => {
      this.connections -= 1
      if (events.hasSubscribers) events.publish({ type: 'undici.disconnected', ...this.#of(origin), error })
    })
    agent.on('connectionError', (origin, _, error) => {
      if (events.hasSubscribers) events.publish({ type: 'undici.connectFailed', ...this.#of(origin), error })
    })
  }

  #of({ origin }: URL): { readonly pool: string; readonly origin: string } {
    return { pool: this.#pool, origin }
  }
}
