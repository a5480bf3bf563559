/**
 * Things that are kept for a short while and found by a number that no other thing has had for long. A `Map` would do, but one
 * that many things pass through leaves chains of old tables behind, which keep all that went through them alive until
 * the next full garbage collection: that cost a third of a request.
 */
export class Slots<Item> {
  readonly #items: Array<Item | undefined> = []
  readonly #ids: number[] = []
  readonly #free: number[] = []
  #turn = 0
  size = 0

  /** @returns the number of the item, an integer from 1 */
  add(item: Item): number {
    const slot = this.#free.pop() ?? this.#items.length
    if (slot >= maxSlots) throw new RangeError(`more than ${maxSlots} requests at a time`)
    this.#turn = (this.#turn % maxTurns) + 1
    const id = this.#turn * maxSlots + slot
    this.#items[slot] = item
    this.#ids[slot] = id
    this.size += 1
    return id
  }

  get(id: unknown): Item | undefined {
    const slot = (id as number) % maxSlots
    return this.#ids[slot] === id ? this.#items[slot] : undefined
  }

  /** Takes an item out. @returns the item; undefined when it is no longer there */
  take(id: number): Item | undefined {
    const slot = id % maxSlots
    const item = this.get(id)
    if (item === undefined) return undefined
    this.#items[slot] = undefined
    this.#ids[slot] = 0
    this.#free.push(slot)
    this.size -= 1
    return item
  }

  /** The numbers of all items. */
  ids(): readonly number[] {
    return this.#ids.filter((id) => id > 0)
  }
}

// Together they fill the 53 bits of an exact integer. A number comes again after 2³² others, long after its item.
const maxSlots = 2 ** 20
const maxTurns = 2 ** 32
