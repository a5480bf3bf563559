import { channel, checkOrder } from '@millrace/core'
import type { Clock, ListMethod, Middleware } from '@millrace/core'
import type { PrincipalOf } from './principal.ts'
import type { ErrorStyle } from './toolError.ts'

/** Options of `use`, before the middleware. */
export interface UseOptions {
  /** Says who calls. @default issuer and subject of `authInfo.extra`, else a hash of the token */
  readonly principal?: PrincipalOf
  /** The time that calls live in. @default systemClock */
  readonly clock?: Clock
  /**
   * How a refused or abandoned tool call is answered: as a `result` with `isError` that a model can read, or as a
   * JSON-RPC `error` (1429, 1503, 1504). @default 'result'
   */
  readonly errors?: ErrorStyle
}

/** What one `use` attached. */
export interface Layer {
  readonly options: UseOptions
  readonly middleware: readonly Middleware[]
}

/**
 * Every middleware of a chain and what it is made of. A server made for each request attaches the same values each
 * time: they are taken apart, and their order checked with a warning for what it breaks, the first time.
 */
export const leavesOf = (middleware: readonly Middleware[]): readonly Middleware[] => {
  const [first] = middleware
  if (first === undefined) return middleware
  const known = chains.get(first)
  if (known !== undefined && isSame(known.middleware, middleware)) return known.leaves
  const leaves = middleware.flatMap(withParts)
  chains.set(first, { middleware, leaves })
  warnOfOrder(middleware)
  return leaves
}

/** Tells middleware that a connected server announced a change of a list. */
export const announce = (leaves: readonly Middleware[], methods: readonly ListMethod[]): void => {
  for (const method of methods) for (const one of leaves) one.listChanged?.(method)
}

const withParts = (one: Middleware): readonly Middleware[] => [one, ...(one.parts ?? []).flatMap(withParts)]

const warnOfOrder = (middleware: readonly Middleware[]): void => {
  for (const message of checkOrder(middleware)) {
    process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_ORDER' })
    if (events.hasSubscribers) events.publish({ type: 'mcp.misordered', message })
  }
}

const isSame = (one: readonly Middleware[], other: readonly Middleware[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index])

const chains = new WeakMap<
  Middleware,
  { readonly middleware: readonly Middleware[]; readonly leaves: readonly Middleware[] }
>()
const events = channel('mcp')
