import type { Entry } from '@millrace/core'

/** An entry as the memory store keeps it. */
export interface Item {
  readonly key: string
  readonly entry: Entry
  /** What it takes of `maxBytes`. */
  readonly weight: number
  /** Its place in the expiry heap; kept by the heap. */
  place: number
}

/** Where items stand, and in which order they have to go. It knows nothing of sizes, tags and time. */
export interface Shelf {
  readonly size: number
  /** The item, and counts as a use of it. */
  get(key: string): Item | undefined
  /** The item, without being a use of it. */
  peek(key: string): Item | undefined
  /** Puts an item on; its key is not there yet. */
  add(item: Item): void
  take(key: string): void
  /** Takes off the item that goes first; undefined when none may go. */
  evict(): Item | undefined
  values(): Iterable<Item>
  clear(): void
}
