/** The last so many of something. */
export class Ring<Item> {
  readonly #items: Item[] = []
  readonly size: number

  constructor(size: number) {
    this.size = size
  }

  /** Oldest first. */
  get items(): readonly Item[] {
    return this.#items
  }

  add(item: Item): void {
    this.#items.push(item)
    if (this.#items.length > this.size) this.#items.shift()
  }
}
