import type { Item } from './shelf.ts'

/** Which items carry a tag. A tag that no item carries takes no room. */
export class TagIndex {
  readonly #items = new Map<string, Set<Item>>()

  /** Tags that are known. */
  get size(): number {
    return this.#items.size
  }

  add(item: Item): void {
    for (const tag of item.entry.tags) {
      const items = this.#items.get(tag)
      if (items === undefined) this.#items.set(tag, new Set([item]))
      else items.add(item)
    }
  }

  take(item: Item): void {
    for (const tag of item.entry.tags) {
      const items = this.#items.get(tag)
      if (items === undefined) continue
      items.delete(item)
      if (items.size === 0) this.#items.delete(tag)
    }
  }

  /** The items that carry any of the tags, each once. */
  withAny(tags: readonly string[]): Set<Item> {
    const found = new Set<Item>()
    for (const tag of tags) for (const item of this.#items.get(tag) ?? []) found.add(item)
    return found
  }

  clear(): void {
    this.#items.clear()
  }
}
