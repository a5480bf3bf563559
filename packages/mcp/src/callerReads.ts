import { originOf } from '@millrace/core'
import type { Call } from '@millrace/core'
import { changed, isChanged, lazy, lazySignal, reading } from './changed.ts'
import type { Define, Field } from './changed.ts'
import type { SdkContext } from './context.ts'

/** A call that hears what its handler reads of its caller, other than through the SDK's authentication. */
export interface Noticing {
  /** Whether the author says who calls: then nothing need be noticed. */
  readonly isCallerNamed: boolean
  /** @param what the field of the context: `sessionId`, `requestInfo`, `http.req` */
  noteRead(what: string): void
}

/** How a changed copy of a context of SDK v1 begins; undefined where there is nothing to notice. */
export const noticingV1 = (context: SdkContext, call: Call): Define | undefined =>
  isNoticed(context, call, 'requestInfo') ? noticedV1 : undefined

/** A copy of a context of SDK v2 with `changes`. */
export const changedV2 = (context: SdkContext, call: Call, changes: object): SdkContext =>
  isNoticed(context, call, 'http') ? changed(context, call, changes, noticedV2) : { ...context, ...changes }

/** A context of either line that is the call's own in all but what is noticed: of a call whose chain was lifted. */
export const noticedContext = (context: SdkContext, call: Call): SdkContext => {
  if (call === originOf(call)) return context
  const isV2 = 'mcpReq' in context
  if (!isNoticed(context, call, isV2 ? 'http' : 'requestInfo')) return context
  return changed(context, call, {}, isV2 ? noticedV2 : noticedExtra)
}

// Over stdio there is neither, and nothing to notice.
const isNoticed = (context: SdkContext, call: Call, request: 'requestInfo' | 'http'): boolean => {
  if (noticing(call).isCallerNamed !== false) return false
  return isChanged(context) || context.sessionId !== undefined || context[request] !== undefined
}

const noticing = (call: Call): Partial<Noticing> => originOf(call) as Partial<Noticing>

const noticed = (name: string, what = name): Field =>
  lazy(name, (source, call) => {
    const value = source[name]
    if (value !== undefined) noticing(call).noteRead?.(what)
    return value
  })

const sessionId = ['sessionId', noticed('sessionId')] as const
const requestInfo = ['requestInfo', noticed('requestInfo')] as const
const noticedV1 = reading([['signal', lazySignal], sessionId, requestInfo])
const noticedExtra = reading([sessionId, requestInfo])
const noticedHttp = reading([['req', noticed('req', 'http.req')]])

// Who is authenticated may be asked of it: only the request in it is noticed.
const http = lazy('http', (source, call, copy) => {
  const given = source['http'] as object | undefined
  copy['http'] = given && changed(given, call, {}, noticedHttp)
  return copy['http']
})
const noticedV2 = reading([sessionId, ['http', http]])
