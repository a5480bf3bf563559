import { cancellationOf, originOf, systemClock } from '@millrace/core'
import type { Call, Cancellation, Clock, Notification, Traits } from '@millrace/core'
import { warnOfAnonymous } from './anonymous.ts'
import type { Looks } from './anonymous.ts'
import type { Noticing } from './callerReads.ts'
import { isContext, isContinuation, isModern, methodOf, notifyOf, signalOf } from './context.ts'
import type { SdkContext } from './context.ts'
import type { HandlerIdentity } from './handlerName.ts'
import { principalOf } from './principal.ts'
import { noTraits } from './traits.ts'
import { warnOfUnnamed } from './unnamed.ts'
import type { Naming } from './unnamed.ts'

/** One invocation of a wrapped handler. */
export interface Invoked {
  readonly handler: (...args: never[]) => unknown
  readonly receiver: unknown
  readonly args: readonly unknown[]
  readonly identity: HandlerIdentity
  /** What the author says it handles. */
  readonly method: string | undefined
  readonly looks: Looks & Naming
  /** The call that the server's own chain made of the request; undefined where there is no `use`. */
  readonly outer: Call | undefined
}

/** A call as one wrapped handler makes it: with the arguments as the SDK parsed them. */
export class HandlerCall implements Call, Noticing {
  readonly invocation: Invoked
  readonly method: string
  readonly input: unknown
  /** The server's own call, which says what the request names; undefined where no server's chain is around it. */
  readonly described: Call | undefined
  /** Whether the first argument is the handler's input, and not already the context. */
  readonly hasInput: boolean
  readonly sdk: SdkContext | undefined
  readonly isWrapped = true
  /** The handler has put a question to the client: what it answers belongs to this dialogue alone. */
  hasAsked = false
  readsCaller: string | undefined = undefined
  #principal: string | undefined | null = null
  #params: unknown
  readonly #target: string | undefined

  constructor(invocation: Invoked) {
    const { args, outer, identity } = invocation
    this.invocation = invocation
    // The call of a wrapper further out, where no server has described one, names that wrapper and not this handler.
    this.described = outer?.isUndescribed === true ? undefined : outer
    const last = args.at(-1)
    this.sdk = isContext(last) ? last : undefined
    this.hasInput = args.length > (this.sdk === undefined ? 0 : 1)
    const [first] = args
    const isResource = first instanceof URL
    this.method =
      this.described?.method ??
      methodOf(this.sdk) ??
      invocation.method ??
      (isResource ? 'resources/read' : 'tools/call')
    this.#target = this.described?.target ?? (isResource ? first.href : identity.name)
    this.input = !this.hasInput ? nothing : isResource ? { uri: first.href } : first
  }

  get target(): string | undefined {
    if (this.#target === undefined && this.described === undefined) warnOfUnnamed(this.invocation.looks)
    return this.#target
  }
  get operation(): string {
    if (this.described !== undefined) return this.described.operation
    return `${this.method} ${this.invocation.identity.label()}`
  }
  get params(): unknown {
    return (this.#params ??= this.described?.params ?? this.#ownParams)
  }
  get principal(): string | undefined {
    if (this.invocation.outer !== undefined) return this.invocation.outer.principal
    if (this.#principal !== null) return this.#principal
    this.#principal = principalOf(this.sdk)
    if (this.#principal === undefined) warnOfAnonymous(this.invocation.looks, this.sdk)
    return this.#principal
  }
  get cancellation(): Cancellation | undefined {
    return this.invocation.outer && cancellationOf(this.invocation.outer)
  }
  get signal(): AbortSignal {
    return this.invocation.outer?.signal ?? signalOf(this.sdk)
  }
  get deadline(): number {
    return this.invocation.outer?.deadline ?? Infinity
  }
  get traits(): Traits {
    return this.described?.traits ?? noTraits
  }
  get clock(): Clock {
    return this.invocation.outer?.clock ?? systemClock
  }
  get revision(): string {
    return `${this.described?.revision ?? ''} ${this.invocation.identity.revision}`
  }
  get isUndescribed(): boolean {
    return this.described === undefined
  }
  get isUnnamed(): boolean {
    return this.invocation.identity.isLocal
  }
  get isExchange(): boolean {
    return this.hasAsked || (this.invocation.outer?.isExchange ?? isContinuation(this.sdk))
  }
  get isCallerNamed(): boolean {
    const { outer } = this.invocation
    return outer !== undefined && (originOf(outer) as Partial<Noticing>).isCallerNamed === true
  }
  noteRead(what: string): void {
    this.readsCaller ??= what
  }
  get acceptsHints(): boolean {
    return this.invocation.outer?.acceptsHints ?? isModern(this.sdk)
  }
  get #ownParams(): object {
    return this.method === 'resources/read' ? { uri: this.target } : { name: this.target, arguments: this.input }
  }
  /** Sends a question of the handler's to the client. */
  ask(send: () => unknown): unknown {
    this.hasAsked = true
    return send()
  }
  notify(notification: Notification): Promise<void> {
    return this.invocation.outer?.notify(notification) ?? notifyOf(this.sdk, notification)
  }
}

/**
 * The call a wrapped handler made, of which `call` is a change.
 *
 * @throws TypeError when somebody passed `next` an object of their own.
 */
export const handlerCallOf = (call: Call): HandlerCall => {
  const origin = originOf(call)
  if (origin instanceof HandlerCall) return origin
  throw new TypeError('next() was given a call that no door made: change a call with withCall(call, { … })')
}

const nothing: { readonly [key: string]: unknown } = Object.freeze({})
