import type { Call } from '@millrace/core'
import { isByTarget } from './lane.ts'
import type { Lane } from './lane.ts'

/** The lanes that are known: of tools and prompts by name, of the rest by operation; bounded in number. */
export class Lanes {
  readonly #tools = new Map<string | undefined, Lane>()
  readonly #prompts = new Map<string | undefined, Lane>()
  readonly #others = new Map<string, Lane>()

  get(call: Call): Lane | undefined {
    const { method } = call
    if (!isByTarget(method)) return this.#others.get(call.operation)
    // A name is at hand; for the operation a door has to look.
    const lane = (method === 'tools/call' ? this.#tools : this.#prompts).get(call.target)
    // What was called before it was registered was counted as unknown then.
    return lane === undefined || lane.operation === lane.name || lane.operation === call.operation ? lane : undefined
  }

  /** The lane of an operation for resources that fit a URI, which the operation does not say. */
  getByUri(call: Call, uri: string): Lane | undefined {
    return this.#others.get(`${call.operation} ${uri}`)
  }

  set(call: Call, lane: Lane): void {
    this.#makeRoom()
    if (!isByTarget(call.method)) this.#others.set(call.operation, lane)
    else (call.method === 'tools/call' ? this.#tools : this.#prompts).set(call.target, lane)
  }

  setByUri(call: Call, uri: string, lane: Lane): void {
    this.#makeRoom()
    this.#others.set(`${call.operation} ${uri}`, lane)
  }

  // Handlers that are wrapped anew for every request, and have no name, would fill it without end.
  #makeRoom(): void {
    const all = [this.#tools, this.#prompts, this.#others]
    if (all.reduce((size, lanes) => size + lanes.size, 0) < mostLanes) return
    for (const lanes of all) lanes.clear()
  }
}

const mostLanes = 1000
