/** Those who want to know when nothing is left to do. */
export class Idle {
  readonly #waiting: Array<() => void> = []

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Nothing is left to do. */
  tell(): void {
    if (this.#waiting.length === 0) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
