import { keepCause } from '@millrace/core'
import type { Call, Next, Result } from '@millrace/core'
import { attemptOf, bind, contextOf, watchQuestions } from './context.ts'
import type { Attempt } from './context.ts'
import type { SdkRequest, StoredHandler, ToolFunction } from './internals.ts'
import { withInput } from './request.ts'
import { serverCallOf } from './serverCall.ts'
import type { ServerCall } from './serverCall.ts'

/**
 * The end of a chain: runs the SDK's own handler for a call, with the request and the context as the middleware left
 * them. A result that the SDK made of a thrown error keeps that error as its cause.
 *
 * @param running holds the call while its handler runs
 * @param prepare runs before each attempt, and gives the function that the author registered, where that is known
 */
export const terminal =
  (handler: StoredHandler, running: Set<ServerCall>, prepare: (call: Call) => unknown): Next =>
  (call) => {
    try {
      const origin = serverCallOf(call)
      // A second attempt of the same call, perhaps beside the first, gets a context of its own to be tied to.
      const isFirst = call === origin && attemptOf(origin.sdk) === undefined
      const context = isFirst ? origin.sdk : contextOf(call)
      const attempt: Attempt = { call, handler: prepare(call), thrown: undefined }
      bind(context, attempt)
      if (mayAsk.has(call.method)) watchQuestions(context, () => (origin.hasAsked = true))
      running.add(origin)
      return settle(handler(requestOf(call, origin), context), attempt).finally(() => running.delete(origin))
    } catch (error) {
      return Promise.reject(error)
    }
  }

/** A tool's function that notes what it throws for the attempt that its context is tied to. */
export const noting = (run: ToolFunction): ToolFunction =>
  function (this: unknown, ...args) {
    const note = (error: unknown): never => {
      const attempt = attemptOf(args.at(-1))
      if (attempt !== undefined) attempt.thrown = { error }
      throw error
    }
    // Toward a client of 2025 SDK v2 asks by itself what a handler wants to know, and runs the handler again.
    const look = <Answer>(result: Answer): Answer => {
      const asks = (result as { readonly resultType?: unknown } | null | undefined)?.resultType === 'input_required'
      const attempt = asks ? attemptOf(args.at(-1)) : undefined
      if (attempt !== undefined) serverCallOf(attempt.call).hasAsked = true
      return result
    }
    try {
      const result = Reflect.apply(run, this, args)
      return isThenable(result) ? result.then(look, note) : look(result)
    } catch (error) {
      return note(error)
    }
  }

const settle = async (result: unknown, attempt: Attempt): Promise<Result> => {
  const settled = (await result) as Result
  if (attempt.thrown !== undefined && settled?.['isError'] === true) {
    keepCause(attempt.call, settled, attempt.thrown.error)
  }
  return attempt.call.acceptsHints === true ? withHints(settled) : settled
}

/**
 * Cache hints that an author gave to SDK v2 ride on a symbol until the result is sent. What middleware keeps or sends
 * elsewhere would lose them: they are made fields, which the SDK takes as the handler's own word.
 */
const withHints = (result: Result): Result => {
  if (result === null || typeof result !== 'object') return result
  for (const symbol of Object.getOwnPropertySymbols(result)) {
    const hint = (result as { readonly [key: symbol]: unknown })[symbol]
    if (isHint(hint)) return { ...hint, ...result }
  }
  return result
}

const isHint = (value: unknown): value is { readonly ttlMs?: unknown; readonly cacheScope?: unknown } =>
  value !== null && typeof value === 'object' && ('ttlMs' in value || 'cacheScope' in value)

// The methods whose handlers are an author's own and have a client to ask.
const mayAsk: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read'])

const requestOf = (call: Call, origin: ServerCall): SdkRequest => {
  if (call === origin) return origin.request
  if (call.params !== origin.params) return { ...origin.request, params: call.params as SdkRequest['params'] }
  return call.input === origin.input ? origin.request : withInput(origin.request, call.input)
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  value !== null && typeof value === 'object' && typeof (value as { readonly then?: unknown }).then === 'function'
