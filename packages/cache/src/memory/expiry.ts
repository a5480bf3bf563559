import { ExpiryHeap } from './expiryHeap.ts'
import type { Item } from './shelf.ts'

/**
 * Items by when they expire. Tools have a handful of lifetimes, and entries of one lifetime come in the order in which
 * they expire: those stand in runs, where a place costs nothing to find. What fits at the end of no run goes to a heap.
 */
export class Expiry {
  readonly #runs = Array.from({ length: most }, () => new Run())
  readonly #heap = new ExpiryHeap()

  /** What expires soonest. */
  get first(): Item | undefined {
    let first = this.#heap.first
    for (const { first: item } of this.#runs) {
      if (item !== undefined && (first === undefined || item.entry.keptUntil < first.entry.keptUntil)) first = item
    }
    return first
  }

  add(item: Item): void {
    for (let n = 0; n < most; n += 1) {
      if (!this.#run(n).append(item)) continue
      item.place = ~n
      return
    }
    this.#heap.add(item)
  }

  /** Takes out an item that is in. */
  take(item: Item): void {
    if (item.place < 0) this.#run(~item.place).take(item)
    else this.#heap.take(item)
  }

  clear(): void {
    for (const run of this.#runs) run.clear()
    this.#heap.clear()
  }

  #run(n: number): Run {
    return this.#runs[n] as Run
  }
}

/** Items each of which expires no sooner than the one before it. */
class Run {
  first: Item | undefined = undefined
  #last: Item | undefined

  /** Whether the item fits at the end, where it then is. */
  append(item: Item): boolean {
    const last = this.#last
    if (last !== undefined && item.entry.keptUntil < last.entry.keptUntil) return false
    item.sooner = last
    if (last === undefined) this.first = item
    else last.later = item
    this.#last = item
    return true
  }

  take({ sooner, later }: Item): void {
    if (sooner === undefined) this.first = later
    else sooner.later = later
    if (later === undefined) this.#last = sooner
    else later.sooner = sooner
  }

  clear(): void {
    this.first = this.#last = undefined
  }
}

// Lifetimes that differ more than this are rare, and a look at the first of each has to stay cheap.
const most = 4
