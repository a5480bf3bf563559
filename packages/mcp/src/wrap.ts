import { kindOf, text } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import { doorOf } from './attachment.ts'
import { compositionOf } from './composition.ts'
import { attemptOf, isContext, watchQuestions } from './context.ts'
import { changedArgs } from './handlerArgs.ts'
import { HandlerCall, handlerCallOf } from './handlerCall.ts'
import { identity } from './handlerName.ts'
import { Inside } from './inside.ts'
import type { Wrapping } from './inside.ts'
import { isInside, nest } from './nesting.ts'
import { answerError } from './toolError.ts'

/** A handler of a tool, prompt or resource as either SDK takes it: arguments (or a URI) and the context, or less. */
export type Handler = (...args: never[]) => unknown

/** Options of `wrap`, before the middleware. */
export interface WrapOptions {
  /** What the handler is called where its server has no `use`. @default the function's or the method's own name */
  readonly name?: string
  /** What it handles where the SDK does not say (v1). @default 'tools/call', or 'resources/read' when given a URL */
  readonly method?: 'tools/call' | 'prompts/get' | 'resources/read'
}

/** Puts middleware around one handler: call it with the handler, or write it above a method as a decorator. */
export interface Wrapper {
  <H extends Handler>(handler: H, context?: ClassMethodDecoratorContext): H
  /** As a decorator under `experimentalDecorators`. */
  <H extends Handler>(owner: object, name: string | symbol, method: TypedPropertyDescriptor<H>): void
}

/**
 * Middleware for one handler, outermost first: `server.registerTool('search', config, wrap(cached(…))(handler))`, or
 * `@wrap(cached(…))` above an async method, with or without `experimentalDecorators`. Argument and result types stay the handler's own; a wrapped handler always
 * answers with a promise.
 *
 * Where the server has `use`, the call of a tool's, prompt's or resource's handler comes from there, with its name,
 * principal, traits and deadline. Alone, and around a function that such a handler calls, it is known by the name
 * given here, else by the function's own; where there is neither, middleware that goes by the names of tools does not
 * see it (a warning says so), and labels tell it by the text of the function. Without a given name it is one of a kind: no other function shares its cache entries, nor the same method of
 * another object, and no store that other processes see takes them.
 *
 * @throws TypeError for a middleware or handler that is no function; per call what the handler throws. A refusal of
 *   Millrace's own is answered as an `isError` result for tools.
 */
export function wrap(...middleware: readonly Middleware[]): Wrapper
export function wrap(options: WrapOptions, ...middleware: readonly Middleware[]): Wrapper
export function wrap(...given: ReadonlyArray<WrapOptions | Middleware>): Wrapper {
  const { options, middleware } = doorOf<WrapOptions>('wrap', given, wrapChecks)
  const composition = compositionOf(middleware)
  const alone = new Inside(composition, terminal)
  const around = (handler: Handler, context: { readonly name: string | symbol } | undefined): Handler => {
    if (typeof handler !== 'function') throw new TypeError(`wrap: expected a handler function, got ${kindOf(handler)}`)
    const identityFor = identity(handler, options.name, context)
    const further = wrappings.get(handler)
    const inside = further === undefined ? alone : alone.around(further)
    const wrapped = async function (this: unknown, ...args: readonly unknown[]): Promise<unknown> {
      const attempt = attemptOf(args.at(-1))
      const isRegistered = attempt !== undefined && isInside(wrapped, attempt.handler)
      const run = inside.run(attempt?.call, isRegistered)
      const invocation = {
        handler,
        receiver: this,
        args,
        method: options.method,
        outer: attempt?.call,
        looks: composition,
      }
      const call = new HandlerCall({ ...invocation, identity: identityFor({ receiver: this, isRegistered }) })
      if (attempt !== undefined) return run(call)
      if (isContext(call.sdk)) watchQuestions(call.sdk, (send) => call.ask(send))
      try {
        return await run(call)
      } catch (error) {
        return answerError(error, call.method, 'result')
      }
    }
    const callOf = (call: Call): Call => {
      const { invocation, described } = handlerCallOf(call)
      if (described !== undefined) return call
      const own = identityFor({ receiver: invocation.receiver, isRegistered: false })
      return new HandlerCall({ ...invocation, method: options.method, identity: own })
    }
    wrappings.set(wrapped, [{ composition, callOf }, ...(further ?? [])])
    nest(wrapped, handler)
    return Object.defineProperty(wrapped, 'name', { value: handler.name, configurable: true })
  }
  return ((of: Handler | object, context?: string | symbol | ClassMethodDecoratorContext, method?: unknown) => {
    if (typeof context !== 'string' && typeof context !== 'symbol') return around(of as Handler, context)
    const descriptor = method as { value?: Handler } | undefined
    if (typeof descriptor?.value !== 'function') {
      throw new TypeError(`wrap: expected a method to decorate, got a property or accessor: ${String(context)}`)
    }
    descriptor.value = around(descriptor.value, { name: context })
    return undefined
  }) as Wrapper
}

// Every `wrap` around a wrapped handler, outermost first.
const wrappings = new WeakMap<object, readonly Wrapping[]>()

const terminal: Next = async (call) => {
  const origin = handlerCallOf(call)
  const { handler, receiver, args } = origin.invocation
  if (call === origin) return Reflect.apply(handler, receiver, args) as Result | Promise<Result>
  return Reflect.apply(handler, receiver, changedArgs(call, origin)) as Result | Promise<Result>
}

const wrapChecks = {
  name: text,
  method: (value: unknown) =>
    ['tools/call', 'prompts/get', 'resources/read'].includes(value as string)
      ? undefined
      : `'tools/call', 'prompts/get' or 'resources/read'`,
}
