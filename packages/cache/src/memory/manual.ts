import type { Item, Shelf } from './shelf.ts'

/** Nothing goes of itself: a full store takes nothing new until something expires or is dropped. */
export const manual = (): Shelf => new MapShelf()

/** What the shelves that order their items by something else than use have in common. */
export class MapShelf implements Shelf {
  readonly items: Map<string, Item> = new Map()

  get size(): number {
    return this.items.size
  }
  get(key: string): Item | undefined {
    return this.items.get(key)
  }
  peek(key: string): Item | undefined {
    return this.items.get(key)
  }
  add(item: Item): void {
    this.items.set(item.key, item)
  }
  take(key: string): void {
    this.items.delete(key)
  }
  evict(): Item | undefined {
    return undefined
  }
  values(): Iterable<Item> {
    return this.items.values()
  }
  clear(): void {
    this.items.clear()
  }
}
