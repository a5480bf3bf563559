/** How many of something were there at once at most, told of each when it has ended. */
export class Overlap {
  /** Beginnings as such, ends below zero. */
  #turns: number[] = []
  #peak = 0

  /** @param from when it began, in milliseconds above 0 @param to when it ended */
  add(from: number, to: number): void {
    this.#turns.push(from, -to)
    // Those that are forgotten now and run on are missing from the next count: it may come out too low, never too high.
    if (this.#turns.length >= maxTurns) this.#settle()
  }

  peak(): number {
    this.#settle()
    return this.#peak
  }

  #settle(): void {
    // What ends at a moment makes room for what begins then.
    const turns = this.#turns.toSorted((a, b) => Math.abs(a) - Math.abs(b) || a - b)
    let there = 0
    for (const turn of turns) {
      there += turn < 0 ? -1 : 1
      this.#peak = Math.max(this.#peak, there)
    }
    this.#turns = []
  }
}

const maxTurns = 4096
