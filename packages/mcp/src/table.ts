import { compose, inspect, systemClock } from '@millrace/core'
import type { Clock, Middleware, Next, Result } from '@millrace/core'
import type { Layer, UseOptions } from './attachment.ts'
import { listedBy } from './catalogue.ts'
import { compositionOf } from './composition.ts'
import type { Composition } from './composition.ts'
import { attemptOf } from './context.ts'
import type { Attempt, SdkContext } from './context.ts'
import type { ServerFacts } from './facts.ts'
import type { SdkRequest, StoredHandler } from './internals.ts'
import { learn, listOf } from './learnedLists.ts'
import { memoisedList } from './listMemo.ts'
import { warnOfOrder } from './order.ts'
import type { PrincipalOf } from './principal.ts'
import { targetOf } from './request.ts'
import { RunningCalls } from './runningCalls.ts'
import { isCallOf, ServerCall } from './serverCall.ts'
import type { CallHost } from './serverCall.ts'
import { terminal } from './terminal.ts'
import { answerError, completeResult } from './toolError.ts'
import type { ErrorStyle } from './toolError.ts'

/** Methods that no middleware sees: a refused handshake or ping would end the connection. */
const untouched: ReadonlySet<string> = new Set(['initialize', 'ping', 'logging/setLevel'])

/** The requests at which the tools that there are should be known. */
const aboutTools: ReadonlySet<string> = new Set(['tools/list', 'tools/call'])

/** The chain of one server, put around each of its handlers. */
export class HandlerTable implements CallHost {
  readonly facts: ServerFacts
  layers: readonly Layer[] = []
  /** Everything attached. */
  composition: Composition = compositionOf([])
  clock: Clock = systemClock
  principal: PrincipalOf | undefined
  /** Above 0 while the SDK registers something, and so installs handlers of its own. */
  registering = 0
  /** Calls whose handler is running. */
  readonly running: RunningCalls = new RunningCalls()
  readonly #around = new WeakMap<StoredHandler, Wrapped>()
  #errors: ErrorStyle = 'result'
  #generation = 0
  /** What was wrapped last for each method: a handler may come in the place of one that has answered calls. */
  readonly #byMethod = new Map<string, Wrapped>()

  constructor(facts: ServerFacts) {
    this.facts = facts
  }

  /** @throws what a middleware throws that must not be used on this server */
  setLayers(layers: readonly Layer[]): void {
    const composition = compositionOf(layers.flatMap((layer) => layer.middleware))
    warnOfOrder(composition)
    for (const one of composition.middleware) inspect(one, this.facts)
    this.layers = layers
    this.composition = composition
    this.#generation += 1
    this.clock = last(layers, 'clock') ?? systemClock
    this.principal = last(layers, 'principal')
    this.#errors = last(layers, 'errors') ?? 'result'
  }

  /** Every middleware attached, and what they are made of. */
  get leaves(): readonly Middleware[] {
    return this.composition.leaves
  }

  /** Shows the chain what the server has by now. @throws as `setLayers` does */
  inspect(): void {
    for (const one of this.composition.middleware) inspect(one, this.facts)
  }

  /** The handler with the chain around it; itself for methods that no middleware sees. */
  wrap(method: string, handler: StoredHandler): StoredHandler {
    if (listedBy[method] !== undefined) this.facts.learned?.forget()
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
    this.facts.learned?.forget()
  }

  /** The server asks its client something. @param args those of the SDK's `request` */
  asked(args: readonly unknown[]): void {
    this.running.haveAsked(args)
  }

  /** The handler that `wrap` was given; itself when it never was. */
  unwrap(handler: StoredHandler): StoredHandler {
    return this.#around.get(handler)?.handler ?? handler
  }

  #dispatch(wrapped: Wrapped, request: SdkRequest, context: SdkContext): Promise<Result> {
    if (this.#isPassedOn(wrapped, request, attemptOf(context)))
      return Promise.resolve(wrapped.handler(request, context) as Result)
    const call = new ServerCall(this, request, context)
    const learning = this.#learn(call)
    return learning === undefined ? this.#run(wrapped, call) : learning.then(() => this.#run(wrapped, call))
  }

  /**
   * Whether a handler passes its own request on to the one it replaced, which is inside the chain already. Anything
   * else that it sends to the table is a request by itself: the chain has not been asked about it.
   */
  #isPassedOn(wrapped: Wrapped, request: SdkRequest, outer: Attempt | undefined): boolean {
    if (outer === undefined || outer.run === wrapped.handler || !isCallOf(outer.call, this)) return false
    return outer.call.method === request.method && outer.call.target === targetOf(request)
  }

  /** Makes known what a server without registries says of what the call names. */
  #learn(call: ServerCall): Promise<void> | undefined {
    const { learned } = this.facts
    if (learned === undefined || this.composition.leaves.length === 0) return undefined
    call.list = learned.of(call, this.composition.lessons)
    const handler = this.#byMethod.get(listOf[call.method] ?? '')?.handler
    return call.list === undefined || handler === undefined ? undefined : learn(call.list, handler, call, this.clock)
  }

  #run(wrapped: Wrapped, call: ServerCall): Promise<Result> {
    const { composition } = this
    if (composition.mentions.length > 0 && aboutTools.has(call.method)) {
      composition.mentions = this.facts.checkMentions(composition.mentions, call.list)
    }
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
      wrapped.run = compose(...this.composition.middleware)(this.#end(wrapped, method))
    }
    return wrapped.run
  }

  #end(wrapped: Wrapped, method: string): Next {
    const run = terminal(wrapped.handler, this.running, (call) => this.facts.prepare(call))
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
  if (typeof result === 'function') {
    throw new Error(
      `${method} was answered with a function where an object belongs: is a middleware a factory that was not called, use(server, factory) for use(server, factory())?`,
    )
  }
  throw new Error(`${method} was answered with ${result === null ? 'null' : typeof result} where an object belongs`)
}
