import type { Call, Notification } from '@millrace/core'
import { changedV2, noticingV1 } from './callerReads.ts'
import { changed, copyOf } from './changed.ts'
import type { Registered, StoredHandler } from './internals.ts'

/** v1 `extra` or v2 `ctx`, as far as Millrace reads it; the two lines share no field but `sessionId`. */
export interface SdkContext {
  readonly sessionId?: string | undefined
  /** v1: the HTTP request, its headers by name in lower case; `headerOf(context, name)` reads them on both lines. */
  readonly requestInfo?: { readonly headers?: { readonly [name: string]: unknown } } | undefined
  /** v2: the HTTP request, and what was found out about its sender. */
  readonly http?:
    | {
        readonly authInfo?: AuthInfo | undefined
        readonly req?: { readonly headers?: { get(name: string): string | null } } | undefined
      }
    | undefined
  readonly [key: string | symbol]: unknown
}

/** What the SDKs' authentication leaves behind: `AuthInfo` of both lines. */
export interface AuthInfo {
  readonly token?: string | undefined
  /** The OAuth client: a program, which many users may share. */
  readonly clientId?: string | undefined
  readonly scopes?: readonly string[] | undefined
  /** When the token expires, in seconds since 1970. */
  readonly expiresAt?: number | undefined
  /** What else the token says: `sub`, `iss` … */
  readonly extra?: { readonly [key: string]: unknown } | undefined
}

interface ContextV1 extends SdkContext {
  readonly requestId?: unknown
  readonly signal?: AbortSignal
  readonly authInfo?: AuthInfo
  readonly sendNotification?: (notification: Notification) => Promise<void>
}

interface ContextV2 extends SdkContext {
  readonly mcpReq: {
    readonly id?: unknown
    readonly method?: string
    readonly signal?: AbortSignal
    readonly envelope?: unknown
    readonly inputResponses?: unknown
    readonly requestState?: () => unknown
    readonly notify?: (notification: Notification) => Promise<void>
    readonly log?: (level: unknown, data: unknown, logger?: unknown) => Promise<void>
  }
}

/** Whether a value is the context that an SDK hands to handlers. */
export const isContext = (value: unknown): value is SdkContext => {
  // One that a door has seen is known without looking at its signal, which would make one.
  if (attemptOf(value) !== undefined) return true
  if (isV2(value)) return value.mcpReq?.signal instanceof AbortSignal && typeof value.mcpReq.notify === 'function'
  return value !== null && typeof value === 'object' && isV1(value as ContextV1)
}

/** Method of the request, where the line says it (v2). */
export const methodOf = (context: unknown): string | undefined => (isV2(context) ? context.mcpReq.method : undefined)

/** The id of the request, by which a message of the server's own can say that it belongs to it. */
export const requestIdOf = (context: unknown): unknown =>
  isV2(context) ? context.mcpReq.id : (context as ContextV1 | undefined)?.requestId

/** The SDK's own signal of the request; it never aborts when there is none. */
export const signalOf = (context: unknown): AbortSignal =>
  (isV2(context) ? context.mcpReq.signal : (context as ContextV1 | undefined)?.signal) ?? never.signal

/** Who the SDK's authentication says is calling. */
export const authInfoOf = (context: unknown): AuthInfo | undefined =>
  isV2(context) ? context.http?.authInfo : (context as ContextV1 | undefined)?.authInfo

/** A header of the HTTP request, several of one name in one; undefined without one and over other transports. */
export const headerOf = (context: SdkContext | undefined, name: string): string | undefined => {
  if (isV2(context)) return context.http?.req?.headers?.get(name) ?? undefined
  const value = context?.requestInfo?.headers?.[name.toLowerCase()]
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : undefined
}

/** Sends a notification that belongs to the request. */
export const notifyOf = (context: unknown, notification: Notification): Promise<void> => {
  const line = lines.get(notification)
  // The SDK's own function knows which lines this caller has asked for.
  if (line !== undefined && isV2(context) && context.mcpReq.log !== undefined) return context.mcpReq.log(...line)
  const send = isV2(context) ? context.mcpReq.notify : (context as ContextV1 | undefined)?.sendNotification
  return send === undefined ? Promise.resolve() : send(notification)
}

/** Whether the request is a further leg of a dialogue: its answer belongs to that dialogue alone. */
export const isContinuation = (context: unknown): boolean =>
  isV2(context) && (context.mcpReq.inputResponses !== undefined || context.mcpReq.requestState?.() !== undefined)

/** Whether the request came in the 2026-07-28 era, whose results carry cache hints. */
export const isModern = (context: unknown): boolean => isV2(context) && context.mcpReq.envelope !== undefined

/**
 * The context as the handler of a changed call must see it: with that call's signal, notifications and log. The call
 * hears what the handler reads of its caller in it.
 */
export const contextOf = (call: Call): SdkContext => {
  const notify = (notification: Notification) => call.notify(notification)
  const log = (...line: Line) => {
    const [level, data, logger] = line
    const notification: Notification = { method: 'notifications/message', params: { level, data, logger } }
    lines.set(notification, line)
    return call.notify(notification)
  }
  const context = call.sdk as SdkContext
  if (isV2(context)) return changedV2(context, call, { mcpReq: changed(context.mcpReq, call, { notify, log }) })
  return changed(context, call, { sendNotification: notify }, noticingV1(context, call))
}

/** What a handler of SDK v2 gives to `ctx.mcpReq.log`: level, data, logger. */
type Line = [level: unknown, data: unknown, logger?: unknown]

// Log lines on their way to whoever is the caller by then.
const lines = new WeakMap<Notification, Line>()

/** The context for a request of our own on behalf of the same caller: it is heard by nobody and asks nobody. */
export const quietContext = (context: SdkContext, method: string): SdkContext => {
  const { signal } = never
  const silent = () => Promise.resolve()
  const nobody = () => Promise.reject(new Error('There is no client to ask: Millrace reads the list by itself'))
  if (!isV2(context)) return copyOf(context, { signal, sendNotification: silent, sendRequest: nobody })
  const asks = { send: nobody, elicitInput: nobody, requestSampling: nobody }
  return { ...context, mcpReq: copyOf(context.mcpReq, { ...asks, method, signal, notify: silent, log: silent }) }
}

/** Has `onQuestion` send what the handler of this context asks the client: input, a sample, anything. */
export const watchQuestions = (context: SdkContext, onQuestion: OnQuestion): void => {
  const holder = (isV2(context) ? context.mcpReq : context) as Asking
  if (!Object.isExtensible(holder)) return
  const { sendRequest, send, elicitInput, requestSampling } = holder
  // Each by its name: a loop over the names made objects that outlived young garbage collections (12 µs a call).
  if (sendRequest !== undefined) holder.sendRequest = telling(sendRequest, onQuestion)
  if (send !== undefined) holder.send = telling(send, onQuestion)
  if (elicitInput !== undefined) holder.elicitInput = telling(elicitInput, onQuestion)
  if (requestSampling !== undefined) holder.requestSampling = telling(requestSampling, onQuestion)
}

/** The ways in which a handler asks its client, of either line. */
interface Asking {
  sendRequest?: Ask
  send?: Ask
  elicitInput?: Ask
  requestSampling?: Ask
}

type Ask = (...args: unknown[]) => unknown
type OnQuestion = (send: () => unknown) => unknown

const telling = (ask: Ask, onQuestion: OnQuestion): Ask =>
  function (this: unknown, ...args) {
    return onQuestion(() => Reflect.apply(ask, this, args))
  }

/** What a context says of its caller, as a context of nobody's attempt. */
export const callerOf = (context: SdkContext): SdkContext => ({ ...context, [attemptKey]: undefined })

/** One run of a handler. */
export interface Attempt {
  readonly call: Call
  /** The SDK's handler that runs; undefined where that is not known. */
  readonly run: StoredHandler | undefined
  /** What is registered for it, and the function of it that is to run, as its author gave it; where that is known. */
  readonly registered: Registered | undefined
  readonly handler: unknown
  /** What it threw before an SDK turned that into a result. */
  thrown: { readonly error: unknown } | undefined
  /** Whether the function of a tool has been reached; true as well where that cannot be noted. */
  hasRun: boolean
}

/** Ties an attempt to the context that its handler gets; copies of the context made by spreading keep it. */
export const bind = (context: SdkContext, attempt: Attempt): void => {
  if (Object.isExtensible(context)) (context as { [attemptKey]?: Attempt })[attemptKey] = attempt
}

/** The attempt that a context was tied to. */
export const attemptOf = (context: unknown): Attempt | undefined =>
  context !== null && typeof context === 'object' ? (context as { [attemptKey]?: Attempt })[attemptKey] : undefined

// Registered, so that two copies of this package in one process know each other's calls.
const attemptKey: unique symbol = Symbol.for('millrace.attempt')

const never = new AbortController()

const isV2 = (context: unknown): context is ContextV2 =>
  context !== null && typeof context === 'object' && 'mcpReq' in context

const isV1 = (context: ContextV1): boolean =>
  context.signal instanceof AbortSignal && typeof context.sendNotification === 'function'
