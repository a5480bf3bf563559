/** Something that has its turn at a moment. */
export interface Due {
  readonly at: number
}

/** What is due first comes out first; of equals, what went in first. */
export class Heap<Item extends Due> {
  readonly #slots: Array<{ readonly item: Item; readonly order: number }> = []
  #added = 0

  /** The one that is due first. */
  get first(): Item | undefined {
    return this.#slots[0]?.item
  }

  add(item: Item): void {
    this.#added += 1
    const added = { item, order: this.#added }
    let at = this.#slots.length
    this.#slots.push(added)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#precedes(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  /** Takes out the one that is due first. */
  take(): Item | undefined {
    const first = this.first
    const last = this.#slots.pop()
    if (last === undefined || this.#slots.length === 0) return first
    this.#slots[0] = last
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (left < this.#slots.length && this.#precedes(left, least)) least = left
      if (right < this.#slots.length && this.#precedes(right, least)) least = right
      if (least === at) return first
      this.#swap(at, least)
      at = least
    }
  }

  #precedes(left: number, right: number): boolean {
    const [a, b] = [this.#slots[left]!, this.#slots[right]!]
    return a.item.at < b.item.at || (a.item.at === b.item.at && a.order < b.order)
  }

  #swap(left: number, right: number): void {
    const kept = this.#slots[left]!
    this.#slots[left] = this.#slots[right]!
    this.#slots[right] = kept
  }
}
