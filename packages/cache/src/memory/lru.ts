import type { Item, Shelf } from './shelf.ts'

/** Least recently used goes first. */
export const lru = (): Shelf => new LruShelf()

/** The items in a list by use: an item knows its neighbours, so that a use costs one lookup and six writes. */
class LruShelf implements Shelf {
  readonly #items = new Map<string, Item>()
  #oldest: Item | undefined
  #newest: Item | undefined

  get size(): number {
    return this.#items.size
  }
  get(key: string): Item | undefined {
    const item = this.#items.get(key)
    if (item !== undefined && item !== this.#newest) {
      this.#unlink(item)
      this.#append(item)
    }
    return item
  }
  peek(key: string): Item | undefined {
    return this.#items.get(key)
  }
  add(item: Item): void {
    this.#items.set(item.key, item)
    this.#append(item)
  }
  take(key: string): void {
    const item = this.#items.get(key)
    if (item === undefined) return
    this.#items.delete(key)
    this.#unlink(item)
  }
  evict(): Item | undefined {
    const item = this.#oldest
    if (item === undefined) return undefined
    this.#items.delete(item.key)
    this.#unlink(item)
    return item
  }
  values(): Iterable<Item> {
    return this.#items.values()
  }
  clear(): void {
    this.#items.clear()
    this.#oldest = this.#newest = undefined
  }

  #append(item: Item): void {
    item.older = this.#newest
    item.newer = undefined
    if (this.#newest === undefined) this.#oldest = item
    else this.#newest.newer = item
    this.#newest = item
  }

  #unlink({ older, newer }: Item): void {
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
  }
}
