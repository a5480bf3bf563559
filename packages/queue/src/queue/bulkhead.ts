import type { CallClass } from './callClass.ts'
import type { Slot } from './slot.ts'
import type { Slots } from './slots.ts'

/**
 * Keeps a tool that hangs from taking every slot. A call is overdue when it has run for ten times as long as those of its
 * class typically take, or for a second where none has ended yet. Classes with overdue calls get at most half of the slots
 * together, where there are others; what they had taken by then is written off.
 */
export class Bulkhead {
  readonly #findings: BulkheadFindings
  #closed: ReadonlySet<CallClass> = new Set()

  constructor(findings: BulkheadFindings) {
    this.#findings = findings
  }

  look(slots: Slots, now: number): void {
    const { limit } = slots.server
    const hanging = overdueOf(slots, now)
    const overdue = new Set(hanging.map(({ callClass }) => callClass))
    const share = Math.max(1, Math.floor(limit / 2 / overdue.size))
    const eased: CallClass[] = []
    for (const one of new Set([...this.#closed, ...overdue])) {
      const before = one.gate.limit
      one.gate.limit = overdue.has(one) ? share : Infinity
      if (one.gate.limit > before) eased.push(one)
    }
    this.#closed = overdue
    for (const one of eased) this.#findings.eased(one)
    this.#writeOff(slots, hanging, limit)
  }

  #writeOff(slots: Slots, hanging: readonly Slot[], limit: number): void {
    const half = Math.max(1, Math.floor(limit / 2))
    let kept = 0
    let isRoom = false
    // The newest come first in `hanging`: those that have hung for longest are given up for lost.
    for (const slot of hanging) {
      if (slot.isWrittenOff) continue
      kept += slot.weight
      if (kept > half) isRoom = slots.writeOff(slot) || isRoom
    }
    if (isRoom) this.#findings.room()
  }
}

/** What a bulkhead is heard for. */
export interface BulkheadFindings {
  /** A class may have more slots than before, or as many as there are. */
  eased(this: void, one: CallClass): void
  /** Slots of calls that hang are free for others. */
  room(this: void): void
}

const overdueOf = ({ running }: Slots, now: number): readonly Slot[] => {
  const overdue: Slot[] = []
  for (const slot of running.all()) {
    slot.seenAt = Math.min(slot.seenAt, now)
    // Of most calls nobody knows when they started, where no limit wants to know it.
    const since = Number.isNaN(slot.startedAt) ? slot.seenAt : slot.startedAt
    if (now - since > overdueMs(slot.callClass)) overdue.push(slot)
  }
  return overdue
}

const overdueMs = ({ typicalMs }: CallClass): number =>
  typicalMs === 0 ? unknownOverdueMs : Math.max(leastOverdueMs, overdueShare * typicalMs)

const leastOverdueMs = 250
const unknownOverdueMs = 1000
const overdueShare = 10
