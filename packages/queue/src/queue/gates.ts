import { Gate } from './gate.ts'

/** The gates of tools or of principals. When there are many, one that nobody uses and nobody waits for is forgotten. */
export class Gates {
  readonly #gates = new Map<string, Gate>()
  readonly #limitOf: (name: string) => number | undefined

  /** @param limitOf how many calls a name may run; undefined for as many as the server */
  constructor(limitOf: (name: string) => number | undefined) {
    this.#limitOf = limitOf
  }

  get size(): number {
    return this.#gates.size
  }

  of(name: string): Gate | undefined {
    const known = this.#gates.get(name)
    if (known !== undefined) return known
    const limit = this.#limitOf(name)
    if (limit === undefined) return undefined
    const gate = new Gate(name, limit)
    this.#gates.set(name, gate)
    return gate
  }

  /** A call has left the gate, or has stopped waiting for it. */
  left(gate: Gate): void {
    if (this.#gates.size <= maxIdle || gate.inUse > 0 || gate.waiting > 0) return
    if (this.#gates.get(gate.name) === gate) this.#gates.delete(gate.name)
  }
}

// Few enough to keep, many enough for the tools and principals that come back every moment.
const maxIdle = 1000
