import type { Slot } from './slot.ts'

/** The slots that are taken. */
export class Running {
  #first: Slot | undefined

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

  /** All of them, the newest first; one may be removed when it is its turn. */
  *all(): IterableIterator<Slot> {
    for (let at = this.#first; at !== undefined;) {
      const { following }: Slot = at
      yield at
      at = following
    }
  }
}
