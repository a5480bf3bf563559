import type { Clock, Traits } from '@millrace/core'
import { noTraits, traitsOf } from './traits.ts'

/** How long the first call waits for the list, in milliseconds. */
const patienceMs = 100
/** After a failure it is asked for again, by a call that does not wait: after this long, then twice as long, and so on. */
const retryMs = 1000
/** When what is known is asked for again, and the longest pause after a failure, in milliseconds. */
const freshMs = 60_000
/** What is read of a list that goes on and on. */
const maxPages = 50
const maxNames = 1000

/** Answers one page of a list. */
export type ListPage = (cursor: string | undefined) => unknown

/**
 * What a low-level server, which keeps no registry, says of its tools or prompts in its own list: their names, and
 * the traits of tools. Asked for at the first call; a list that fails or takes long leaves traits unknown, which is
 * always safe, and is asked for again.
 */
export class LearnedList {
  /** Whether the list has been read to its end. */
  isComplete = false
  #traits = new Map<string, Traits>()
  #patience: Promise<void> | undefined
  #nextAt = -Infinity
  #pauseMs = retryMs
  readonly #field: 'tools' | 'prompts'

  constructor(method: string) {
    this.#field = method === 'prompts/list' ? 'prompts' : 'tools'
  }

  get names(): readonly string[] {
    return [...this.#traits.keys()]
  }

  has(name: string): boolean {
    return this.#traits.has(name)
  }

  traitsOf(name: string): Traits {
    return this.#traits.get(name) ?? noTraits
  }

  /** Asks when it is time to. Settles when the list is known or patience is over; undefined when nobody has to wait. */
  learn(page: ListPage, clock: Clock): Promise<void> | undefined {
    const now = clock.now()
    if (now < this.#nextAt) return this.isComplete ? undefined : this.#patience
    this.#nextAt = now + this.#pauseMs
    this.#pauseMs = Math.min(this.#pauseMs * 2, freshMs)
    const asked = this.#ask(page).then(
      () => (this.#nextAt = clock.now() + freshMs),
      () => {},
    )
    if (this.#patience !== undefined) return undefined
    this.#patience = new Promise((resolve) => {
      const timer = clock.after(patienceMs, resolve)
      void asked.then(() => {
        timer.cancel()
        this.#patience = Promise.resolve()
        resolve()
      })
    })
    return this.#patience
  }

  async #ask(page: ListPage): Promise<void> {
    const read = new Map<string, Traits>()
    let cursor: string | undefined
    for (let pages = 0; pages < maxPages; pages += 1) {
      const result = (await page(cursor)) as { readonly [field: string]: unknown } | undefined
      const entries = result?.[this.#field]
      if (!Array.isArray(entries)) throw new TypeError(`the list has no ${this.#field}`)
      for (const entry of entries as readonly (Listed | null)[]) {
        if (typeof entry?.name === 'string' && read.size < maxNames) read.set(entry.name, traitsOf(entry.annotations))
      }
      const next = result?.['nextCursor']
      if (typeof next !== 'string' || next === cursor || read.size >= maxNames) break
      cursor = next
    }
    this.#traits = read
    this.isComplete = true
    this.#pauseMs = retryMs
  }
}

interface Listed {
  readonly name?: unknown
  readonly annotations?: unknown
}
