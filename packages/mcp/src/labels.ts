/** Operations that are told apart; names beyond are `(unknown)`. */
const maxOperations = 1000
/** Methods that are told apart: a fallback handler may be sent any. */
const maxMethods = 100

/** What calls are labelled with: bounded, and the same string each time, since layers look things up by it. */
export class Labels {
  readonly #operations = new Map<string, Map<string, string>>()
  readonly #methods = new Set<string>()
  #size = 0

  /** The label of a method that names nothing. */
  ofMethod(method: string): string {
    if (this.#methods.has(method)) return method
    if (this.#methods.size >= maxMethods) return '(unknown)'
    this.#methods.add(method)
    return method
  }

  /** The label of something that has been called before. */
  known(method: string, target: string): string | undefined {
    return this.#operations.get(method)?.get(target)
  }

  /** @param exists whether there is such a thing: anybody can call a tool by any name */
  of(method: string, target: string, exists: boolean): string {
    if (!exists || this.#size >= maxOperations) return `${method} (unknown)`
    const label = `${method} ${target}`
    const labels = this.#operations.get(method) ?? new Map<string, string>()
    this.#operations.set(method, labels.set(target, label))
    this.#size += 1
    return label
  }
}
