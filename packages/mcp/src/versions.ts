import { callbackOf } from './internals.ts'
import type { Registered } from './internals.ts'

/** Names that are remembered; beyond, everything counts as changed, which is never wrong, only never a hit. */
const maxNames = 10_000

/**
 * Tells what runs under a name from what ran under it before: a tool, prompt or resource whose function or schema was
 * replaced by `update`, or that was removed and registered anew, answers something else than results that were kept.
 */
export class Versions {
  readonly #byMethod = new Map<string, Map<string, Version>>()
  #names = 0
  #first = ''

  /**
   * A text that changes when what runs changes; empty until then, so that servers made for each request agree. The
   * first time a name is asked for is where its changes begin.
   */
  of(method: string, name: string, registered: Registered): string {
    const known = this.#byMethod.get(method)?.get(name)
    const callback = callbackOf(registered)
    if (known === undefined) return this.#remember(method, name, { ...schemasOf(registered), callback })
    if (
      known.callback === callback &&
      known.input === (registered['inputSchema'] ?? registered['argsSchema']) &&
      known.output === registered['outputSchema']
    )
      return known.text
    Object.assign(known, schemasOf(registered), { callback, text: freshText() })
    return known.text
  }

  /** Everything counts as changed. */
  renew(): void {
    this.#byMethod.clear()
    this.#names = 0
    this.#first = freshText()
  }

  #remember(method: string, name: string, version: Omit<Version, 'text'>): string {
    if (this.#names >= maxNames) this.renew()
    this.#names += 1
    let names = this.#byMethod.get(method)
    if (names === undefined) this.#byMethod.set(method, (names = new Map()))
    names.set(name, { ...version, text: this.#first })
    return this.#first
  }
}

interface Version {
  callback: unknown
  input: unknown
  output: unknown
  text: string
}

const schemasOf = (registered: Registered) => ({
  input: registered['inputSchema'] ?? registered['argsSchema'],
  output: registered['outputSchema'],
})

/** A text that no server had before. Another process cannot know what was put in place here: it must not find it. */
export const freshText = (): string => {
  origin ??= crypto.randomUUID()
  changes += 1
  return `${origin} ${changes}`
}

let origin: string | undefined
let changes = 0
