import type { CallClass } from './callClass.ts'
import type { Running } from './running.ts'

/**
 * Keeps a tool that hangs from taking every slot. A call is overdue when it has run for ten times as long as those of its
 * class typically take. Classes with overdue calls have at most half of the slots together, where there are others.
 */
export class Bulkhead {
  readonly #reopened: (one: CallClass) => void
  #closed: ReadonlySet<CallClass> = new Set()

  /** @param reopened is told of each class that is held back no longer */
  constructor(reopened: (one: CallClass) => void) {
    this.#reopened = reopened
  }

  /** @param limit how many may run at once */
  look(running: Running, limit: number, now: number): void {
    const overdue = new Set<CallClass>()
    for (const { callClass, startedAt } of running.all())
      if (now - startedAt > overdueMs(callClass)) overdue.add(callClass)
    for (const one of overdue) one.gate.limit = Math.max(1, Math.floor(limit / 2 / overdue.size))
    const closed = this.#closed
    this.#closed = overdue
    for (const one of closed) {
      if (overdue.has(one)) continue
      one.gate.limit = Infinity
      this.#reopened(one)
    }
  }
}

const overdueMs = ({ typicalMs }: CallClass): number =>
  typicalMs === 0 ? Infinity : Math.max(leastOverdueMs, overdueShare * typicalMs)

const leastOverdueMs = 250
const overdueShare = 10
