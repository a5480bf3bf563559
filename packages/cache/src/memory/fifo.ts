import { MapShelf } from './manual.ts'
import type { Item, Shelf } from './shelf.ts'

/** First in, first out: what was stored longest ago goes first, however much it is used. */
export const fifo = (): Shelf => new FifoShelf()

class FifoShelf extends MapShelf {
  #oldestFirst = this.items.values()

  override evict(): Item | undefined {
    // A map's iterator sees what is added behind it, so one that is kept never walks over removed items twice.
    let { value } = this.#oldestFirst.next()
    if (value === undefined) {
      this.#oldestFirst = this.items.values()
      value = this.#oldestFirst.next().value
    }
    if (value !== undefined) this.items.delete(value.key)
    return value
  }
}
