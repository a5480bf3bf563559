import type { Call, Middleware, Result } from 'millrace'
import { outcomeOf } from 'millrace'

/** The last good answers, for when there is no better one. */
export interface LastGood {
  /** Stands inside the fallback that uses it, and keeps what passes. */
  readonly middleware: Middleware
  /** The last good answer to this call, which says that it is old; undefined when there is none. */
  of(call: Call): Result | undefined
}

/** @param maxAnswers how many are kept; the oldest goes first */
export function lastGood(maxAnswers = 1000): LastGood {
  // The weather is the same for all callers: an answer that is not would need `call.principal` in its key.
  const kept = new Map<string, { readonly result: Result; readonly at: number }>()
  const keyOf = ({ target, input }: Call) => JSON.stringify([target, input])
  return {
    middleware: async (call, next) => {
      const result = await next(call)
      if (outcomeOf(result) !== 'ok' || call.traits.readOnly !== true) return result
      const key = keyOf(call)
      kept.delete(key)
      kept.set(key, { result, at: call.clock.now() })
      if (kept.size > maxAnswers) kept.delete(kept.keys().next().value as string)
      return result
    },
    of(call) {
      const found = kept.get(keyOf(call))
      if (found === undefined) return undefined
      const ageS = Math.round((call.clock.now() - found.at) / 1000)
      const warning = { type: 'text', text: `The weather service does not answer. This is ${ageS} s old.` }
      const content = found.result['content'] as readonly object[]
      return { ...found.result, content: [warning, ...content], _meta: { 'fragile/ageS': ageS } }
    },
  }
}

/** Whole answers, for whoever wants the rest of one that was cut. */
export interface Wholes {
  /** Keeps one. @returns its URI */
  keep(result: Result): string
  /** @returns undefined when there is none, or no longer */
  get(uri: string): Result | undefined
}

/** @param maxAnswers how many are kept; the oldest goes first */
export function wholes(maxAnswers = 20): Wholes {
  const kept = new Map<string, Result>()
  let made = 0
  return {
    keep(result) {
      made += 1
      const uri = `weather://answers/${made}`
      kept.set(uri, result)
      if (kept.size > maxAnswers) kept.delete(kept.keys().next().value as string)
      return uri
    },
    get: (uri) => kept.get(uri),
  }
}
