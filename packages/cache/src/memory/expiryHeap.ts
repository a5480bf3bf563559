import type { Item } from './shelf.ts'

/** Items by when they expire, the soonest first: a binary heap whose items know their place in it. */
export class ExpiryHeap {
  readonly #items: Item[] = []

  get first(): Item | undefined {
    return this.#items[0]
  }

  add(item: Item): void {
    item.place = this.#items.length
    this.#items.push(item)
    this.#rise(item)
  }

  /** Takes out an item that is in. */
  take(item: Item): void {
    const last = this.#items.pop() as Item
    if (last === item) return
    last.place = item.place
    this.#items[last.place] = last
    this.#rise(last)
    this.#sink(last)
  }

  clear(): void {
    this.#items.length = 0
  }

  #rise(item: Item): void {
    while (item.place > 0) {
      const above = this.#items[(item.place - 1) >> 1] as Item
      if (above.entry.keptUntil <= item.entry.keptUntil) return
      this.#swap(above, item)
    }
  }

  #sink(item: Item): void {
    for (;;) {
      const left = this.#items[2 * item.place + 1]
      const right = this.#items[2 * item.place + 2]
      if (left === undefined) return
      const below = right !== undefined && right.entry.keptUntil < left.entry.keptUntil ? right : left
      if (below.entry.keptUntil >= item.entry.keptUntil) return
      this.#swap(item, below)
    }
  }

  #swap(above: Item, below: Item): void {
    const { place } = above
    above.place = below.place
    below.place = place
    this.#items[above.place] = above
    this.#items[below.place] = below
  }
}
