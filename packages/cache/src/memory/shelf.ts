import type { Entry } from '@millrace/core'

/** An entry as the memory store keeps it, with its places on the shelf and among what expires. */
export class Item {
  readonly key: string
  readonly entry: Entry
  /** What it takes of `maxBytes`. */
  readonly weight: number
  /** Its neighbours on a shelf that orders by use; kept by the shelf. */
  older: Item | undefined = undefined
  newer: Item | undefined = undefined
  /** Its neighbours in a run; kept by the run. */
  sooner: Item | undefined = undefined
  later: Item | undefined = undefined
  /** Its place in the expiry heap, or the run it is in as −1 and below; kept by `Expiry`. */
  place = 0

  constructor(key: string, entry: Entry, weight: number) {
    this.key = key
    this.entry = entry
    this.weight = weight
  }
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
