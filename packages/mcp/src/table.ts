import { compose, inspect, systemClock } from '@millrace/core'
import type { Call, Cancellation, Clock, Middleware, Next, Result } from '@millrace/core'
import { optionsOf, valuesOf } from './attachment.ts'
import type { Layer } from './attachment.ts'
import { noticedContext } from './callerReads.ts'
import { listedBy } from './catalogue.ts'
import { checkedResult } from './checkedResult.ts'
import { compositionOf } from './composition.ts'
import type { Composition } from './composition.ts'
import { attemptOf, requestIdOf } from './context.ts'
import type { Attempt, SdkContext } from './context.ts'
import type { ServerFacts } from './facts.ts'
import type { SdkRequest, StoredHandler } from './internals.ts'
import { learn, listOf } from './learnedLists.ts'
import { LiftedCall, liftedCallOf } from './liftedCall.ts'
import type { Passage } from './liftedCall.ts'
import { ListMemo } from './listMemo.ts'
import { warnOfOrder } from './order.ts'
import type { PrincipalOf } from './principal.ts'
import { isUntouched, targetOf } from './request.ts'
import { RunningCalls } from './runningCalls.ts'
import { isCallOf, ServerCall } from './serverCall.ts'
import type { CallHost } from './serverCall.ts'
import { runHandler, terminal } from './terminal.ts'
import { answerError, completeResult } from './toolError.ts'
import type { ErrorStyle } from './toolError.ts'
import { inside, insideOf } from './wrapped.ts'
import type { Around, Composed, Wrapped } from './wrapped.ts'

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
  /** Finds the passage of a request whose chain has run before it came here; undefined when nobody lifted the chain. */
  findPassage: ((requestId: unknown) => Passage | undefined) | undefined
  #errors: ErrorStyle = 'result'
  #generation = 0
  /** What was wrapped last for each method: a handler may come in the place of one that has answered calls. */
  readonly #byMethod = new Map<string, Wrapped>()
  #lifted: { readonly run: Next; readonly generation: number } | undefined

  constructor(facts: ServerFacts) {
    this.facts = facts
  }

  /** @throws what a middleware throws that must not be used on this server */
  setLayers(layers: readonly Layer[]): void {
    const composition = compositionOf(valuesOf(layers))
    warnOfOrder(composition)
    for (const one of composition.middleware) inspect(one, this.facts)
    this.layers = layers
    this.composition = composition
    this.#generation += 1
    const options = optionsOf(layers)
    this.clock = options.clock ?? systemClock
    this.principal = options.principal
    this.#errors = options.errors ?? 'result'
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
    if (isUntouched(method) || insideOf(this, handler) !== undefined) return handler
    const wrapped: Wrapped = { table: this, handler, isOwn: this.registering > 0, composed: undefined }
    const around: Around = (request, context) => this.#dispatch(wrapped, request, context as SdkContext)
    around[inside] = wrapped
    if (this.#byMethod.get(method)?.composed !== undefined) this.facts.handlerReplaced()
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
    return insideOf(this, handler)?.handler ?? handler
  }

  /** Whether there is anything to run around calls. */
  get isEmpty(): boolean {
    return this.composition.middleware.length === 0
  }

  /**
   * Runs the chain around a request that has not come to the server yet.
   *
   * @param send takes an attempt there; what it answers is what the table does with that attempt's passage
   */
  runLifted(
    request: SdkRequest,
    context: SdkContext,
    cancellation: Cancellation,
    send: (call: Call) => Promise<Result>,
  ): Promise<Result> {
    const call = new LiftedCall(this, request, context, cancellation, send)
    const learning = this.#learn(call)
    return learning === undefined ? this.#runLifted(call) : learning.then(() => this.#runLifted(call))
  }

  #dispatch(wrapped: Wrapped, request: SdkRequest, context: SdkContext): Promise<Result> {
    const outer = attemptOf(context)
    if (this.findPassage !== undefined && outer === undefined) {
      const passage = this.findPassage(requestIdOf(context))
      if (passage !== undefined) return this.#pass(wrapped, passage, request, context)
    }
    if (this.#isPassedOn(wrapped, request, outer)) return Promise.resolve(wrapped.handler(request, context) as Result)
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
    return this.#answer(call, this.#composed(wrapped, call.method).run)
  }

  #runLifted(call: LiftedCall): Promise<Result> {
    if (this.#lifted?.generation !== this.#generation) {
      const end: Next = (changed) => liftedCallOf(changed).send(changed)
      this.#lifted = { run: compose(...this.composition.once.middleware)(end), generation: this.#generation }
    }
    return this.#answer(call, this.#lifted.run)
  }

  #answer(call: ServerCall, run: Next): Promise<Result> {
    const { composition } = this
    if (composition.mentions.length > 0 && aboutTools.has(call.method)) {
      composition.mentions = this.facts.checkMentions(composition.mentions, call.list)
    }
    const style = this.#errors
    const fail = (error: unknown) => answerError(error, call.method, style)
    return run(call).then((result) => completeResult(checkedResult(result, call.method), style), fail)
  }

  /** The chain has run where it was lifted to: what is left is the handler. */
  async #pass(wrapped: Wrapped, passage: Passage, request: SdkRequest, context: SdkContext): Promise<Result> {
    const { call } = passage
    if (call === undefined) return wrapped.handler(request, context) as Result
    const { memo, handling } = this.#composed(wrapped, request.method)
    const load = () => runHandler(handling, call, request, noticedContext(context, call))
    try {
      const result = await (memo === undefined ? load() : memo.answer(call, load))
      passage.outcome = { result }
      return result
    } catch (error) {
      passage.outcome = { error }
      throw error
    }
  }

  /** The chain around a handler, composed at its first call. */
  #composed(wrapped: Wrapped, method: string): Composed {
    if (wrapped.composed === undefined || wrapped.composed.generation !== this.#generation) {
      const memo = this.#memoOf(wrapped, method)
      const handling = {
        run: wrapped.handler,
        running: this.running,
        prepare: (call: Call) => this.facts.prepare(call),
      }
      const end = terminal(handling)
      const run = compose(...this.composition.once.middleware)(
        memo === undefined ? end : (call) => memo.answer(call, () => end(call)),
      )
      wrapped.composed = { run, memo, handling, generation: this.#generation }
    }
    return wrapped.composed
  }

  #memoOf(wrapped: Wrapped, method: string): ListMemo | undefined {
    const name = listedBy[method]
    // Resources and their templates may be listed by the author's own callbacks.
    const isPure = wrapped.isOwn && (name === 'tools' || name === 'prompts')
    return isPure
      ? new ListMemo(
          () => this.facts.registry(name),
          () => this.facts.registrations(),
        )
      : undefined
  }
}
