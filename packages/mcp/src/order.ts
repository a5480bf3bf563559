import { channel, checkOrder } from '@millrace/core'
import type { Composition } from './composition.ts'

/** How often one thing is said: values made anew for every request would say it for every request. */
const maxRepeats = 3

/** Warns of what the order of a chain breaks, once for a composition. */
export const warnOfOrder = (composition: Composition): void => {
  if (composition.isOrdered) return
  composition.isOrdered = true
  for (const message of checkOrder(composition.middleware)) warn(message)
}

/**
 * Warns of what the order of two chains breaks of which a call goes through both, once for the two.
 *
 * @param doors which chain stands where: `use(server, …) around wrap(…)`
 */
export const warnOfOrderAcross = (outer: Composition, inner: Composition, doors: string): void => {
  if (outer.around.has(inner)) return
  outer.around.add(inner)
  const own = new Set([...checkOrder(outer.middleware), ...checkOrder(inner.middleware)])
  for (const message of checkOrder([...outer.middleware, ...inner.middleware])) {
    if (!own.has(message)) warn(`With ${doors}, ${message}`)
  }
}

const warn = (message: string): void => {
  const repeats = said.get(message) ?? 0
  if (repeats >= maxRepeats) return
  said.set(message, repeats + 1)
  process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_ORDER' })
  if (events.hasSubscribers) events.publish({ type: 'mcp.misordered', message })
}

const said = new Map<string, number>()
const events = channel('mcp')
