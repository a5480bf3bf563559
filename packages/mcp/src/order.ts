import { channel, checkOrder } from '@millrace/core'
import type { Middleware } from '@millrace/core'
import type { Composition } from './composition.ts'

/** How often one thing is said: values made anew for every request would say it for every request. */
const maxRepeats = 3

/** Warns of what the order of a chain breaks, once for a composition. */
export const warnOfOrder = (composition: Composition): void => {
  if (composition.isOrdered) return
  composition.isOrdered = true
  const { middleware, repeated } = composition.once
  for (const message of checkOrder(middleware)) warn(message)
  for (const one of repeated) warn(twice(one))
}

/**
 * Warns of what the order of two chains breaks of which a call goes through both, once for the two.
 *
 * @param middleware of each what calls go through
 * @param doors which chain stands where: `use(server, …) around wrap(…)`
 */
export const warnOfOrderAcross = (
  outer: Composition,
  inner: Composition,
  middleware: readonly [outer: readonly Middleware[], inner: readonly Middleware[]],
  doors: string,
): void => {
  if (outer.around.has(inner)) return
  outer.around.add(inner)
  const own = new Set(middleware.flatMap(checkOrder))
  for (const message of checkOrder(middleware.flat())) {
    if (!own.has(message)) warn(`With ${doors}, ${message}`)
  }
}

/** Warns of a value that was written twice around one handler. */
export const warnOfTwice = (one: Middleware): void => warn(twice(one))

const twice = (one: Middleware): string =>
  `${one.stage ?? (one.name || 'a middleware')} stands twice on the way of a call: a call passes through one value once, so it is left out where it is written the second time. Make two values where two are meant.`

const warn = (message: string): void => {
  const repeats = said.get(message) ?? 0
  if (repeats >= maxRepeats) return
  said.set(message, repeats + 1)
  process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_ORDER' })
  if (events.hasSubscribers) events.publish({ type: 'mcp.misordered', message })
}

const said = new Map<string, number>()
const events = channel('mcp')
