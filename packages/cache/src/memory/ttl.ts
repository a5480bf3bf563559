import type { ExpiryHeap } from './expiryHeap.ts'
import { MapShelf } from './manual.ts'
import type { Item, Shelf } from './shelf.ts'

/** What would expire soonest goes first. */
export const ttl = (expiry: ExpiryHeap): Shelf => new TtlShelf(expiry)

class TtlShelf extends MapShelf {
  readonly #expiry: ExpiryHeap

  constructor(expiry: ExpiryHeap) {
    super()
    this.#expiry = expiry
  }

  override evict(): Item | undefined {
    const item = this.#expiry.first
    if (item !== undefined) this.items.delete(item.key)
    return item
  }
}
