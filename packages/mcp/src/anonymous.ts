import { channel } from '@millrace/core'
import { headerOf } from './context.ts'
import type { SdkContext } from './context.ts'

/** Anonymous calls that are looked at, of each chain: looking costs about as much as everything else of a cache hit. */
const maxLooks = 1000

/** How often a chain has been looked at; the same for all servers it is attached to. */
export interface Looks {
  anonymous: number
}

/**
 * Warns, once for a chain, when a caller has shown who it is and nothing made a principal of it: it shares what is kept
 * with everybody who is anonymous. Says which header it was, never what was in it.
 */
export const warnOfAnonymous = (looks: Looks, context: SdkContext | undefined): void => {
  if (looks.anonymous >= maxLooks) return
  looks.anonymous += 1
  const header = telling.find((name) => headerOf(context, name) !== undefined)
  if (header === undefined) return
  looks.anonymous = maxLooks
  const message =
    `A request has the header ${header}, but nothing says who is calling, so all callers count as one anonymous caller: ` +
    'let the SDK authenticate (authInfo), or say who it is in use(server, { principal: (authInfo, context) => … }, …), ' +
    'undefined for a caller who really is anonymous.'
  process.emitWarning(message, { type: 'MillraceWarning', code: 'MILLRACE_ANONYMOUS' })
  if (events.hasSubscribers) events.publish({ type: 'mcp.anonymous', message })
}

const telling = ['Authorization', 'Cookie', 'X-API-Key']
const events = channel('mcp')
