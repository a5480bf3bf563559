import type { Clock, Traits } from '@millrace/core'
import type { StoredHandler } from './internals.ts'
import { noTraits, traitsOf } from './traits.ts'

/** How long the first tool call of a low-level server waits for that server's own list of tools. */
const patienceMs = 100

/**
 * The traits of the tools of a low-level server, which keeps no registry: read from its own `tools/list` answer, once,
 * at the first tool call. A list that fails or takes long leaves the traits unknown, which is always safe.
 */
export interface LearnedTraits {
  traitsOf(name: string): Traits
  /** Asks the list handler unless that has been done. Settles when it is known, or patience is over; never rejects. */
  learn(list: StoredHandler | undefined, context: unknown, clock: Clock): Promise<void> | undefined
  forget(): void
}

/** Traits that nothing is known of yet. */
export const learnedTraits = (): LearnedTraits => {
  let byName = new Map<string, Traits>()
  let asked = false
  const ask = async (list: StoredHandler, context: unknown) => {
    const learned = byName
    const result = (await list({ method: 'tools/list', params: {} }, context)) as
      | { readonly tools?: unknown }
      | undefined
    if (!Array.isArray(result?.tools)) return
    for (const tool of result.tools as ReadonlyArray<{
      readonly name?: unknown
      readonly annotations?: unknown
    } | null>) {
      if (typeof tool?.name === 'string') learned.set(tool.name, traitsOf(tool.annotations))
    }
  }
  return {
    traitsOf: (name) => byName.get(name) ?? noTraits,
    learn: (list, context, clock) => {
      if (asked || list === undefined) return undefined
      asked = true
      return new Promise((resolve) => {
        const timer = clock.after(patienceMs, resolve)
        void ask(list, context)
          .catch(() => {})
          .finally(() => {
            timer.cancel()
            resolve()
          })
      })
    },
    forget: () => {
      byName = new Map()
      asked = false
    },
  }
}
