import type { PgCloseReason, PgNumbers } from '@millrace/core'
import { events } from '../report.ts'
import { noTally } from './tally.ts'
import type { Tally } from './tally.ts'

/** Counts what happens in a pool, and says it to whoever listens. */
export class Journal {
  readonly tally: Tally = noTally()
  readonly #numbers: () => PgNumbers

  constructor(numbers: () => PgNumbers) {
    this.#numbers = numbers
  }

  opened(elapsedMs: number): void {
    this.tally.opened += 1
    if (events.hasSubscribers) events.publish({ type: 'pg.connected', elapsedMs, ...this.#numbers() })
  }

  connectFailed(elapsedMs: number, error: unknown): void {
    this.tally.connectFailures += 1
    if (events.hasSubscribers) events.publish({ type: 'pg.connectFailed', elapsedMs, error, ...this.#numbers() })
  }

  closed(reason: PgCloseReason, error: unknown): void {
    this.tally.closed += 1
    if (reason === 'broken') this.tally.broken += 1
    if (events.hasSubscribers) events.publish({ type: 'pg.closed', reason, error, ...this.#numbers() })
  }

  granted(waitMs: number | undefined): void {
    this.tally.granted += 1
    if (waitMs === undefined) return
    this.tally.waited += 1
    this.tally.waitedMs += waitMs
  }

  exhausted(reason: 'full' | 'waited', waitMs: number): void {
    const exhausted = (this.tally.exhausted += 1)
    if (events.hasSubscribers) events.publish({ type: 'pg.exhausted', reason, waitMs, exhausted, ...this.#numbers() })
  }

  resized(before: number): void {
    if (events.hasSubscribers) events.publish({ type: 'pg.resized', before, ...this.#numbers() })
  }
}
