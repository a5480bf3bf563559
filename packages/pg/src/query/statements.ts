/**
 * Names for the texts of queries that come again, so that the server parses and plans them once per connection. A text
 * is named when it comes for the second time; when as many as may have names have one, the rest goes without.
 */
export class Statements {
  readonly #max: number
  readonly #names = new Map<string, string>()
  readonly #seen = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  /** How many have a name. */
  get size(): number {
    return this.#names.size
  }

  nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= this.#max) return known
    if (!this.#seen.has(text)) {
      if (this.#seen.size >= remembered * this.#max) this.#seen.clear()
      this.#seen.add(text)
      return undefined
    }
    this.#seen.delete(text)
    const name = `millrace_${this.#names.size + 1}`
    this.#names.set(text, name)
    return name
  }
}

/** Texts seen once that are remembered for each that may have a name. */
const remembered = 10
