import { checkMiddleware, checkOptions, kindOf } from '@millrace/core'
import type { Check, Clock, ListMethod, Middleware } from '@millrace/core'
import type { PrincipalOf } from './principal.ts'
import { describe } from './server.ts'
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

/** The middleware of all layers, outermost first. */
export const valuesOf = (layers: readonly Layer[]): readonly Middleware[] =>
  layers.length === 1 ? (layers[0] as Layer).middleware : layers.flatMap((layer) => layer.middleware)

/** The options of all layers: of several `use` the last one that says something decides. */
export const optionsOf = (layers: readonly Layer[]): UseOptions => {
  if (layers.length === 1) return (layers[0] as Layer).options
  const said = layers.flatMap(({ options }) => Object.entries(options).filter(([, value]) => value !== undefined))
  return Object.fromEntries(said)
}

/** Tells middleware that a connected server announced a change of a list. */
export const announce = (leaves: readonly Middleware[], methods: readonly ListMethod[]): void => {
  for (const method of methods) for (const one of leaves) one.listChanged?.(method)
}

/**
 * Options, where they come first, and the middleware after them.
 *
 * @throws TypeError for an object that is no options: what it would have done would be missing without a word
 */
export const doorOf = <Options extends object>(
  door: string,
  given: ReadonlyArray<Options | Middleware>,
  checks: { readonly [option: string]: Check },
): { readonly options: Partial<Options>; readonly middleware: readonly Middleware[] } => {
  const first = given[0]
  if (first === null || typeof first !== 'object' || Array.isArray(first)) {
    return { options: {}, middleware: middlewareOf(door, given) }
  }
  if (!isPlain(first)) {
    throw new TypeError(
      `${door}: expected options { ${Object.keys(checks).join(', ')} } or a middleware first, got ${describe(first)}`,
    )
  }
  checkOptions(door, first, checks)
  return { options: first, middleware: middlewareOf(door, given.slice(1)) }
}

// Of another realm as well, whose Object is another one.
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * What was given as middleware.
 *
 * @throws TypeError that says which one is no function, and what it is
 */
export const middlewareOf = (door: string, given: readonly unknown[]): readonly Middleware[] => {
  for (let index = 0; index < given.length; index += 1) checkMiddleware(door, given[index], index, kindOfGiven)
  return given as readonly Middleware[]
}

const kindOfGiven = (one: unknown): string =>
  Array.isArray(one) ? 'an array (spread it: ...chain)' : one instanceof Promise ? describe(one) : kindOf(one)
