import { LRUCache } from 'lru-cache'
import type { Item, Shelf } from './shelf.ts'

/** Least recently used goes first. */
export const lru = (): Shelf => new LruShelf()

class LruShelf implements Shelf {
  // The store bounds it. A bound of lru-cache's own would make it reserve room for as many entries at once.
  readonly #items = new LRUCache<string, Item>({ maxSize: Number.MAX_SAFE_INTEGER, sizeCalculation: () => 1 })

  get size(): number {
    return this.#items.size
  }
  get(key: string): Item | undefined {
    return this.#items.get(key)
  }
  peek(key: string): Item | undefined {
    return this.#items.peek(key)
  }
  add(item: Item): void {
    this.#items.set(item.key, item)
  }
  take(key: string): void {
    this.#items.delete(key)
  }
  evict(): Item | undefined {
    return this.#items.pop()
  }
  values(): Iterable<Item> {
    return this.#items.values()
  }
  clear(): void {
    this.#items.clear()
  }
}
