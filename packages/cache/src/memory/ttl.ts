import type { Expiry } from './expiry.ts'
import { MapShelf } from './manual.ts'
import type { Item, Shelf } from './shelf.ts'

/** What would expire soonest goes first. */
export const ttl = (expiry: Expiry): Shelf => new TtlShelf(expiry)

class TtlShelf extends MapShelf {
  readonly #expiry: Expiry

  constructor(expiry: Expiry) {
    super()
    this.#expiry = expiry
  }

  override evict(): Item | undefined {
    const item = this.#expiry.first
    if (item !== undefined) this.items.delete(item.key)
    return item
  }
}
