/**
 * How many keys the memos of one cache remember together. When they are full they keep what they have; only after
 * many more that would have had to go in do they forget everything and begin anew.
 */
export class MemoBudget {
  /** Goes up when they have to forget. */
  generation = 0
  #left = mostKeys
  #refused = 0

  /** Whether one more may be remembered. */
  spend(): boolean {
    if (this.#left > 0) {
      this.#left -= 1
      return true
    }
    this.#refused += 1
    if (this.#refused < mostRefused) return false
    this.generation += 1
    this.#left = mostKeys
    this.#refused = 0
    return false
  }
}

type Node = Map<unknown, Node | string>
type Fields = { readonly [name: string]: unknown }

/**
 * Remembers keys by the values they are made of. To find one costs a lookup for each value; to put a key together and
 * look it up costs four times that, because a new string is flattened and hashed first.
 */
export class KeyMemo {
  readonly #names: readonly string[]
  readonly #budget: MemoBudget
  #generation: number
  #root: Node = new Map()

  /** @param names the fields of an object that make its keys */
  constructor(names: readonly string[], budget: MemoBudget) {
    this.#names = names
    this.#budget = budget
    this.#generation = budget.generation
  }

  find(revision: string | undefined, principal: string | undefined, value: object): string | undefined {
    if (this.#generation !== this.#budget.generation) return undefined
    let at = (this.#root.get(revision) as Node | undefined)?.get(principal)
    for (const name of this.#names) {
      const field = (value as Fields)[name]
      // To a map, 0 and −0 are the same.
      if (at === undefined || (field === 0 && 1 / field < 0)) return undefined
      at = (at as Node).get(field)
    }
    return at as string | undefined
  }

  /** @param value has text, exact numbers, truth values and null in its fields */
  remember(revision: string | undefined, principal: string | undefined, value: object, key: string): void {
    if (!this.#budget.spend()) return
    if (this.#generation !== this.#budget.generation) {
      this.#generation = this.#budget.generation
      this.#root = new Map()
    }
    let at = inside(this.#root, revision)
    let part: unknown = principal
    for (const name of this.#names) {
      at = inside(at, part)
      part = (value as Fields)[name]
    }
    at.set(part, key)
  }
}

const inside = (node: Node, part: unknown): Node => {
  const known = node.get(part)
  if (known !== undefined) return known as Node
  const made: Node = new Map()
  node.set(part, made)
  return made
}

// A key takes up to 0.4 kB here.
const mostKeys = 10_000
const mostRefused = 4 * mostKeys
