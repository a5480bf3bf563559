import { compose, inspect, systemClock } from '@millrace/core'
import type { Clock, Middleware, Next, Result } from '@millrace/core'
import { leavesOf } from './attachment.ts'
import type { Layer, UseOptions } from './attachment.ts'
import { listedBy } from './catalogue.ts'
import { attemptOf } from './context.ts'
import type { SdkContext } from './context.ts'
import type { ServerFacts } from './facts.ts'
import type { SdkRequest, StoredHandler } from './internals.ts'
import { memoisedList } from './listMemo.ts'
import type { PrincipalOf } from './principal.ts'
import { isCallOf, ServerCall } from './serverCall.ts'
import type { CallHost } from './serverCall.ts'
import { terminal } from './terminal.ts'
import { answerError, completeResult } from './toolError.ts'
import type { ErrorStyle } from './toolError.ts'

/** Methods that no middleware sees: a refused handshake or ping would end the connection. */
const untouched: ReadonlySet<string> = new Set(['initialize', 'ping', 'logging/setLevel'])

/** The chain of one server, put around each of its handlers. */
export class HandlerTable implements CallHost {
  readonly facts: ServerFacts
  layers: readonly Layer[] = []
  /** Every middleware attached, and what they are made of. */
  leaves: readonly Middleware[] = []
  clock: Clock = systemClock
  principal: PrincipalOf | undefined
  /** Above 0 while the SDK registers something, and so installs handlers of its own. */
  registering = 0
  /** Calls whose handler is running. */
  readonly running: Set<ServerCall> = new Set()
  readonly #around = new WeakMap<StoredHandler, Wrapped>()
  #errors: ErrorStyle = 'result'
  #middleware: readonly Middleware[] = []
  #generation = 0
  #list: StoredHandler | undefined
  /** What was wrapped last for each method: a handler may come in the place of one that has answered calls. */
  readonly #byMethod = new Map<string, Wrapped>()

  constructor(facts: ServerFacts) {
    this.facts = facts
  }

  /** @throws what a middleware throws that must not be used on this server */
  setLayers(layers: readonly Layer[]): void {
    const middleware = layers.flatMap((layer) => layer.middleware)
    const leaves = leavesOf(middleware)
    for (const one of middleware) inspect(one, this.facts)
    this.layers = layers
    this.leaves = leaves
    this.#middleware = middleware
    this.#generation += 1
    this.clock = last(layers, 'clock') ?? systemClock
    this.principal = last(layers, 'principal')
    this.#errors = last(layers, 'errors') ?? 'result'
  }

  /** Shows the chain what the server has by now. @throws as `setLayers` does */
  inspect(): void {
    for (const one of this.#middleware) inspect(one, this.facts)
  }

  /** The handler with the chain around it; itself for methods that no middleware sees. */
  wrap(method: string, handler: StoredHandler): StoredHandler {
    if (method === 'tools/list') {
      this.#list = handler
      this.facts.forgetTools()
    }
    if (untouched.has(method) || this.#around.has(handler)) return handler
    const wrapped: Wrapped = { handler, isOwn: this.registering > 0, run: undefined, generation: 0 }
    const around: StoredHandler = (request, context) => this.#dispatch(wrapped, request, context as SdkContext)
    this.#around.set(around, wrapped)
    if (this.#byMethod.get(method)?.run !== undefined) this.facts.handlerReplaced()
    this.#byMethod.set(method, wrapped)
    return around
  }

  /** What the server answered from memory may have changed in a way that only its announcement tells. */
  forgetLists(): void {
    this.#generation += 1
    this.facts.forgetTools()
  }

  /** The server asks its client something, for whichever of the calls that are running. */
  asked(): void {
    for (const call of this.running) call.hasAsked = true
  }

  /** The handler that `wrap` was given; itself when it never was. */
  unwrap(handler: StoredHandler): StoredHandler {
    return this.#around.get(handler)?.handler ?? handler
  }

  #dispatch(wrapped: Wrapped, request: SdkRequest, context: SdkContext): Promise<Result> {
    const learning = request.method === 'tools/call' ? this.facts.learn(this.#list, context, this.clock) : undefined
    if (learning !== undefined) return learning.then(() => this.#run(wrapped, request, context))
    return this.#run(wrapped, request, context)
  }

  #run(wrapped: Wrapped, request: SdkRequest, context: SdkContext): Promise<Result> {
    const outer = attemptOf(context)?.call
    // A handler that passes its own request on to the one it replaced is inside the chain already.
    if (outer !== undefined && isCallOf(outer, this))
      return Promise.resolve(wrapped.handler(request, context) as Result)
    const call = new ServerCall(this, request, context)
    const style = this.#errors
    const fail = (error: unknown) => answerError(error, call.method, style)
    try {
      const answer = this.#chainOf(wrapped, call.method)(call)
      return answer.then((result) => completeResult(checked(result, call.method), style), fail)
    } catch (error) {
      // A middleware that is not async throws here.
      return Promise.resolve(error).then(fail)
    }
  }

  /** The chain around a handler, composed at its first call. */
  #chainOf(wrapped: Wrapped, method: string): Next {
    if (wrapped.run === undefined || wrapped.generation !== this.#generation) {
      wrapped.generation = this.#generation
      wrapped.run = compose(...this.#middleware)(this.#end(wrapped, method))
    }
    return wrapped.run
  }

  #end(wrapped: Wrapped, method: string): Next {
    const run = terminal(wrapped.handler, this.running, this.facts)
    const name = listedBy[method]
    // Resources and their templates may be listed by the author's own callbacks.
    const isPure = wrapped.isOwn && (name === 'tools' || name === 'prompts')
    return isPure ? memoisedList(() => this.facts.registry(name), run) : run
  }
}

/** A handler of the SDK's table with what was made of it. */
interface Wrapped {
  readonly handler: StoredHandler
  /** Whether the SDK installed the handler while registering something. */
  readonly isOwn: boolean
  run: Next | undefined
  /** Which of the server's chains `run` was composed of. */
  generation: number
}

// Of several `use` the last one that says something decides.
const last = <Name extends keyof UseOptions>(layers: readonly Layer[], name: Name): UseOptions[Name] | undefined =>
  layers.findLast((layer) => layer.options[name] !== undefined)?.options[name]

const checked = (result: Result, method: string): Result => {
  if (result !== null && typeof result === 'object') return result
  throw new Error(`${method} was answered with ${result === null ? 'null' : typeof result} where an object belongs`)
}
