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

/** Tells middleware that a connected server announced a change of a list. */
export const announce = (leaves: readonly Middleware[], methods: readonly ListMethod[]): void => {
  for (const method of methods) for (const one of leaves) one.listChanged?.(method)
}

/**
 * What was given as middleware.
 *
 * @throws TypeError that says which one is no function, and what it is
 */
export const middlewareOf = (door: string, given: readonly unknown[]): readonly Middleware[] => {
  for (const [index, one] of given.entries()) {
    if (typeof one === 'function') continue
    const got = Array.isArray(one) ? 'an array (spread it: ...chain)' : one === null ? 'null' : typeof one
    throw new TypeError(`${door}: middleware ${index + 1} must be a function (call, next) => …, got ${got}`)
  }
  return given as readonly Middleware[]
}
