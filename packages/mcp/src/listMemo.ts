import { freezeTree, frozenCopy } from '@millrace/core'
import type { Call, Result } from '@millrace/core'
import type { Registry } from './internals.ts'
import type { Registrations } from './registrations.ts'
import { snapshotOf } from './snapshot.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Answers a list method of an `McpServer` from memory as long as nothing registered has changed. Only for the SDK's
 * own list handlers, whose answer depends on the registry alone: a handler that an author put in their place may look
 * at the caller.
 */
export class ListMemo {
  readonly #registry: () => Registry | undefined
  readonly #registrations: Registrations
  #kept: { readonly snapshot: Snapshot; readonly result?: Result } | undefined

  constructor(registry: () => Registry | undefined, registrations: Registrations) {
    this.#registry = registry
    this.#registrations = registrations
  }

  /** What is remembered, or else what `load` brings. */
  async answer(call: Call, load: () => Promise<Result>): Promise<Result> {
    if (!isWhole(call)) return load()
    const isKnown = this.#kept?.snapshot.isCurrent() === true
    if (isKnown && this.#kept?.result !== undefined) return this.#kept.result
    const now = this.#registry()
    const snapshot = now === undefined ? undefined : snapshotOf(now, this.#registrations)
    const result = await load()
    // A server that was made for one request is never asked again: the copy waits for the second time.
    if (snapshot?.isCurrent() === true) this.#kept = isKnown ? { snapshot, result: kept(result) } : { snapshot }
    return result
  }
}

// A cursor makes it another question, and anything else is the SDK's to judge.
const isWhole = (call: Call): boolean => {
  for (const name in call.params as { readonly [key: string]: unknown } | undefined) if (name !== '_meta') return false
  return true
}

// The list holds the author's own annotation objects: they are copied, not frozen. Cache hints of SDK v2 ride on
// symbols, which a copy through JSON alone would lose.
const kept = (result: Result): Result => {
  const hints = Object.getOwnPropertySymbols(result).map((symbol) => [
    symbol,
    (result as { [key: symbol]: unknown })[symbol],
  ])
  return freezeTree({ ...frozenCopy(result), ...Object.fromEntries(hints) } as Result)
}
