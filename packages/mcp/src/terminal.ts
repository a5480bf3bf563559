import { causeOf, hasCause, keepCause, originOf } from '@millrace/core'
import type { Call, Next, Result } from '@millrace/core'
import { attemptOf, bind, contextOf, watchQuestions } from './context.ts'
import type { Attempt, SdkContext } from './context.ts'
import { callbackOf, isInstrumented } from './internals.ts'
import type { Registered, SdkRequest, StoredHandler, ToolFunction } from './internals.ts'
import { inputOf, withInput } from './request.ts'
import type { RunningCalls } from './runningCalls.ts'
import { serverCallOf } from './serverCall.ts'
import type { ServerCall } from './serverCall.ts'

/**
 * The end of a chain: runs the SDK's own handler for a call, with the request and the context as the middleware left
 * them. A result that the SDK made of a thrown error keeps that error as its cause.
 */
export const terminal =
  (handling: Handling): Next =>
  (call) => {
    try {
      const origin = serverCallOf(call)
      // A second attempt of the same call, perhaps beside the first, gets a context of its own to be tied to.
      const isFirst = call === origin && attemptOf(origin.sdk) === undefined
      return runHandler(handling, call, requestOf(call, origin), isFirst ? origin.sdk : contextOf(call))
    } catch (error) {
      return Promise.reject(error)
    }
  }

/** How the handlers of a server are run. */
export interface Handling {
  /** The SDK's handler. */
  readonly run: StoredHandler
  /** Holds a call while any attempt of it runs. */
  readonly running: RunningCalls
  /** Runs before each attempt, and gives what the author registered, where that is known. */
  prepare(call: Call): Registered | undefined
}

/** Runs the handler for one attempt, watched for questions, with the error behind an `isError` result kept. */
export const runHandler = (
  { run, running, prepare }: Handling,
  call: Call,
  request: SdkRequest,
  context: SdkContext,
): Promise<Result> => {
  const origin = serverCallOf(call)
  const registered = prepare(call)
  const handler = registered === undefined ? undefined : callbackOf(registered)
  const attempt: Attempt = { call, run, registered, handler, thrown: undefined, hasRun: !Object.isExtensible(context) }
  bind(context, attempt)
  if (mayAsk.has(call.method)) watchQuestions(context, (send) => running.ask(origin, send))
  return settle(() => run(request, context), attempt, origin, running)
}

/** The request as the middleware left it; whatever they did to its parameters, with the input that keys are made of. */
export const requestOf = (call: Call, origin: ServerCall): SdkRequest => {
  const { request } = origin
  if (call === origin) return request
  if (call.params === origin.params) return call.input === origin.input ? request : withInput(request, call.input)
  const changed = { ...request, params: call.params as SdkRequest['params'] }
  return call.input === inputOf(changed) ? changed : withInput(changed, call.input)
}

/** A tool's function that notes that it is reached, and what it throws, for the attempt its context is tied to. */
export const noting = (run: ToolFunction): ToolFunction =>
  function (this: unknown, ...args) {
    const own = attemptOf(args.at(-1))
    if (own !== undefined) own.hasRun = true
    const note = (error: unknown): never => {
      if (own !== undefined) own.thrown = { error }
      throw error
    }
    // Toward a client of 2025 SDK v2 asks by itself what a handler wants to know, and runs the handler again.
    const look = <Answer>(result: Answer): Answer => {
      const asks = (result as { readonly resultType?: unknown } | null | undefined)?.resultType === 'input_required'
      if (asks && own !== undefined) (originOf(own.call) as Partial<ServerCall>).hasAsked = true
      return result
    }
    try {
      const result = Reflect.apply(run, this, args)
      // A thenable may have no more of a promise than `then`, which need not answer.
      return isThenable(result) ? Promise.resolve(result).then(look, note) : look(result)
    } catch (error) {
      return note(error)
    }
  }

const settle = async (
  run: () => unknown,
  attempt: Attempt,
  origin: ServerCall,
  running: RunningCalls,
): Promise<Result> => {
  running.add(origin)
  try {
    return finished((await run()) as Result, attempt)
  } finally {
    running.delete(origin)
  }
}

const finished = (settled: Result, attempt: Attempt): Result => {
  if (settled?.['isError'] === true) {
    if (attempt.thrown !== undefined) keepCause(attempt.call, settled, attempt.thrown.error)
    // Noted by another copy of this package, around the same server.
    else if (hasCause(settled)) keepCause(attempt.call, settled, causeOf(settled))
    else if (wasRefused(attempt)) keepCause(attempt.call, settled, invalidParams(settled))
  }
  return attempt.call.acceptsHints === true ? withHints(settled) : settled
}

/** Whether the SDK answered in place of a tool whose function notes when it is reached. */
const wasRefused = ({ call, hasRun, registered }: Attempt): boolean =>
  call.method === 'tools/call' && !hasRun && registered !== undefined && isInstrumented(registered)

/** What an SDK threw at arguments that do not fit, before the tool was reached: it keeps no more than the message. */
const invalidParams = (result: Result): Error => {
  const [first] = (result['content'] ?? []) as ReadonlyArray<{ readonly text?: unknown } | undefined>
  return Object.assign(new Error(typeof first?.text === 'string' ? first.text : 'Invalid params'), { code: -32602 })
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

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  value !== null &&
  (typeof value === 'object' || typeof value === 'function') &&
  typeof (value as { readonly then?: unknown }).then === 'function'
