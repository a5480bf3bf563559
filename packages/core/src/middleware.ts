import type { Call, Result, Traits } from './call.ts'
import { kindOf } from './kind.ts'
import type { Stage } from './stage.ts'
import { uncalled } from './uncalled.ts'

/** What comes after a middleware: the rest of the chain, and at its end the handler. */
export type Next = (call: Call) => Promise<Result>

/**
 * Goes around every call: answers it, passes it on changed or unchanged, passes it on again. A plain async function
 * is one; the properties are for middleware that other people attach.
 */
export interface Middleware {
  (call: Call, next: Next): Promise<Result>
  /** Its place in the recommended order, checked when it is attached. */
  readonly stage?: Stage | undefined
  /** The middleware it is made of, outermost first: doors look through them for everything below. */
  readonly parts?: readonly Middleware[] | undefined
  /**
   * The same around other parts. A door that finds one of the parts twice on the way of a call leaves the second one
   * out; without this it leaves the whole as it is.
   */
  readonly rejoin?: ((parts: readonly Middleware[]) => Middleware) | undefined
  /**
   * Whether a call is sure to pass what this does, or its parts. Says the same whenever it is asked of one call: a door
   * that meets the value again, further in, asks it then. @default every call is
   */
  readonly covers?: ((call: Call) => boolean) | undefined
  /**
   * Names of tools that its author wrote down, by the option they stand in: `{ 'cached.tools': ['search'] }`. A door
   * warns, once, of a name that no tool has.
   */
  readonly mentions?: { readonly [option: string]: readonly string[] } | undefined
  /**
   * Called by a door as tools become known, before the server is connected. Throws when this middleware must not be
   * used on the server as declared, so that the mistake is seen at start.
   */
  readonly inspect?: ((tools: Tools) => void) | undefined
  /** Of the tools of a server those whose calls may reach its parts: what their `inspect` gets. @default all */
  readonly narrow?: ((tools: Tools) => Tools) | undefined
  /** Called by a door when a connected server announces that what a list method answers has changed. */
  readonly listChanged?: ((method: ListMethod) => void) | undefined
  /** Called by a door when a connected server announces that the resource at `uri` has changed. */
  readonly resourceUpdated?: ((uri: string) => void) | undefined
}

/** The tools of a server by name, as a door knows them. */
export interface Tools {
  /** What the tool says of itself; undefined when there is no such tool (yet). */
  traits(name: string): Traits | undefined
  /** The names of those there are now; undefined where that is not known. */
  names?(): readonly string[] | undefined
}

/** The list methods whose changes a server announces. */
export type ListMethod = 'tools/list' | 'prompts/list' | 'resources/list' | 'resources/templates/list'

/**
 * Joins middleware, outermost first, into one function that puts them around a handler. Composed once; a call then
 * costs one function call per middleware and allocates nothing. `next` always gives a promise, also when what it calls
 * throws at once or is no async function.
 *
 * @throws TypeError when something is not a function.
 */
export const compose = (...middleware: readonly Middleware[]): ((handler: Next) => Next) => join('compose', middleware)

/**
 * Several middleware as one value, outermost first.
 *
 * @throws TypeError when something is not a function.
 */
export const chain = (...middleware: readonly Middleware[]): Middleware => chainFor('chain', middleware)

/** A chain whose errors name the factory that was given the middleware. */
export const chainFor = (factory: string, middleware: readonly Middleware[]): Middleware => {
  const around = join(factory, middleware)
  // A door passes the same `next` for every call of a handler, and a server has few kinds of handlers.
  const recent: Array<{ readonly next: Next; readonly run: Next }> = []
  let oldest = 0
  const composed = (next: Next): Next => {
    for (const one of recent) if (one.next === next) return one.run
    const run = around(next)
    recent[oldest] = { next, run }
    oldest = (oldest + 1) % maxRecent
    return run
  }
  return asMiddleware((call, next) => composed(next)(call), {
    parts: middleware,
    rejoin: (parts: readonly Middleware[]) => chainFor(factory, parts),
  })
}

/**
 * A middleware function with the properties that doors read, and whatever else it offers. Changes and returns `run`
 * itself: give it a function of its own.
 */
export const asMiddleware = <const Properties extends Partial<Middleware>>(
  run: (call: Call, next: Next) => Promise<Result>,
  properties: Properties,
): Middleware & Properties => Object.assign(run as Middleware, properties)

/**
 * Whether something given to a door or a chain is middleware.
 *
 * @param where names the door in the message
 * @param index its place among what was given, from 0
 * @param kind says what something is that is no function
 * @throws TypeError when it is no function, or a factory that was not called
 */
export const checkMiddleware = (
  where: string,
  given: unknown,
  index: number,
  kind: (given: unknown) => string = kindOf,
): void => {
  const instead = uncalled(given)
  if (typeof given === 'function' && instead === undefined) return
  throw new TypeError(
    `${where}: middleware ${index + 1} must be a function (call, next) => …, got ` +
      (instead === undefined ? kind(given) : `a factory that was not called: write ${instead}`),
  )
}

// Composing anew costs 15 ns per middleware, less than a WeakMap would; more entries would only keep old servers alive.
const maxRecent = 4

const join = (factory: string, middleware: readonly Middleware[]): ((handler: Next) => Next) => {
  for (const [index, item] of middleware.entries()) checkMiddleware(factory, item, index)
  if (middleware.length === 0) return (handler) => handler
  return (handler) =>
    middleware.reduceRight<Next>((next, item) => promised((call) => item(call, next)), promised(handler))
}

// A copy made by spreading lacks what a call computes, and whoever reads that further in would fail in words of its own.
const checked = (call: Call): Call => {
  if (typeof call?.notify === 'function') return call
  const got =
    call === undefined ? 'nothing' : call !== null && typeof call === 'object' ? 'a copy of one' : String(call)
  throw new TypeError(`next: expected a call, got ${got}: pass the call on, or withCall(call, { … }) to change it`)
}

const promised =
  (run: Next): Next =>
  (call) => {
    try {
      return Promise.resolve(run(checked(call)))
    } catch (error) {
      return Promise.reject(error)
    }
  }
