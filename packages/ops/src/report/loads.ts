/** What was asked for, how often, and whether it was the same each time. Keys and results are kept as short hashes. */
export class Loads {
  /** How often something was asked for that had been asked for before. */
  again = 0
  /** How long those took, in milliseconds. */
  againMs = 0
  /** How many of those gave what the time before had given. */
  unchanged = 0
  readonly #known = new Map<string, { result: string; at: number }>()
  readonly #gaps: number[] = []

  /** @param result undefined when it failed, which says nothing about the next time */
  add(key: string, result: string | undefined, at: number, tookMs: number): void {
    if (result === undefined) return
    const before = this.#known.get(key)
    if (before === undefined) {
      if (this.#known.size < maxKeys) this.#known.set(key, { result, at })
      return
    }
    this.again += 1
    this.againMs += tookMs
    this.unchanged += Number(before.result === result)
    if (this.#gaps.length < maxKeys) this.#gaps.push(at - before.at)
    before.result = result
    before.at = at
  }

  /** How many different things were asked for, as far as they are kept. */
  get keys(): number {
    return this.#known.size
  }

  /** The time that usually passes until the same is asked again, in milliseconds; undefined when it never is. */
  get gapMs(): number | undefined {
    return this.#gaps.toSorted((a, b) => a - b)[this.#gaps.length >> 1]
  }
}

const maxKeys = 10_000
