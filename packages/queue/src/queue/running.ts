import { isAborted } from '@millrace/core'
import type { Slot } from './slot.ts'

/** The slots that are taken. */
export class Running {
  #first: Slot | undefined
  #sweptAt = -Infinity

  add(slot: Slot): void {
    const first = this.#first
    slot.following = first
    if (first !== undefined) first.previous = slot
    this.#first = slot
  }

  remove(slot: Slot): void {
    const { previous, following } = slot
    if (previous === undefined) this.#first = following
    else previous.following = following
    if (following !== undefined) following.previous = previous
    slot.previous = slot.following = undefined
  }

  /**
   * Looks for handlers that go on though their call was cancelled. Nobody listens for that: a listener for each call
   * would cost more than all the rest, and it matters only while others wait.
   *
   * @param overran is told of each that has done so for `graceMs`
   */
  sweep(now: number, graceMs: number, overran: (slot: Slot) => void): void {
    if (now - this.#sweptAt < pauseMs || graceMs === Infinity) return
    this.#sweptAt = now
    for (let at = this.#first; at !== undefined;) {
      const { following }: Slot = at
      if (isAborted(at.call)) {
        at.abortedAt = Math.min(at.abortedAt, now)
        if (now - at.abortedAt >= graceMs) overran(at)
      }
      at = following
    }
  }
}

const pauseMs = 10
