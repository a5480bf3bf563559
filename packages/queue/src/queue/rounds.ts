import { isAborted } from '@millrace/core'
import { Bulkhead } from './bulkhead.ts'
import type { BulkheadFindings } from './bulkhead.ts'
import type { Slot } from './slot.ts'
import type { Slots } from './slots.ts'

/**
 * Looks after what runs, while others wait: for handlers that go on though their call was cancelled, and for calls that
 * hang. Nobody listens for that: a listener for each call would cost more than all the rest, and nothing of it matters
 * while there are free slots.
 */
export class Rounds {
  readonly #slots: Slots
  readonly #graceMs: number
  readonly #findings: Findings
  readonly #bulkhead: Bulkhead
  #madeAt = -Infinity

  constructor(slots: Slots, graceMs: number, findings: Findings) {
    this.#slots = slots
    this.#graceMs = graceMs
    this.#findings = findings
    this.#bulkhead = new Bulkhead(findings)
  }

  /** @param classes how many classes of calls there are */
  make(now: number, classes: number): void {
    if (now - this.#madeAt < pauseMs) return
    this.#madeAt = now
    const { running } = this.#slots
    for (const slot of running.all()) {
      if (!isAborted(slot.call)) continue
      slot.abortedAt = Math.min(slot.abortedAt, now)
      if (now - slot.abortedAt >= this.#graceMs) this.#findings.overran(slot, now)
    }
    if (classes > 1) this.#bulkhead.look(this.#slots, now)
  }
}

/** What is done about what is found. */
interface Findings extends BulkheadFindings {
  /** A handler has gone on for the grace after its call was cancelled. */
  overran(this: void, slot: Slot, now: number): void
}

const pauseMs = 10
