import { originOf } from '@millrace/core'
import type { Call, Cancellation, Clock, Notification, Traits } from '@millrace/core'
import { warnOfAnonymous } from './anonymous.ts'
import type { Noticing } from './callerReads.ts'
import type { Composition } from './composition.ts'
import { isContinuation, isModern, notifyOf, signalOf } from './context.ts'
import type { SdkContext } from './context.ts'
import type { SdkRequest, StoredHandler } from './internals.ts'
import type { LearnedList } from './learnedList.ts'
import { principalOf } from './principal.ts'
import type { PrincipalOf } from './principal.ts'
import { inputOf, targetOf } from './request.ts'

/** What a call asks of the server it is on its way through; one value for all calls of a server. */
export interface CallHost {
  readonly clock: Clock
  readonly principal: PrincipalOf | undefined
  /** The chain that its calls go through. */
  readonly composition: Composition
  readonly facts: {
    handlerOf(method: string): StoredHandler | undefined
    operationOf(method: string, target: string | undefined, list: LearnedList | undefined): string
    traitsOf(method: string, target: string | undefined, list: LearnedList | undefined): Traits
    serves(method: string, target: string | undefined): boolean
    toolNames(list: LearnedList | undefined): readonly string[] | undefined
    revisionOf(method: string, target: string | undefined, isModern: boolean): string | undefined
  }
}

/** A call as the handler table of a server makes it. What costs something to know is found out on first read. */
export class ServerCall implements Call<SdkRequest['params']>, Noticing {
  readonly method: string
  readonly target: string | undefined
  readonly params: SdkRequest['params']
  readonly deadline: number = Infinity
  readonly request: SdkRequest
  readonly sdk: SdkContext
  /** What cancels it, where that is not the SDK's signal. */
  readonly cancellation: Cancellation | undefined
  /** The handler has put a question to the client: what it answers belongs to this dialogue alone. */
  hasAsked = false
  readsCaller: string | undefined = undefined
  /** What the server's own list says of the target, where the server keeps no registry. */
  list: LearnedList | undefined
  /** Its attempts that run, and its neighbours among the calls that have any. */
  attempts = 0
  previous: ServerCall | undefined
  following: ServerCall | undefined
  /** The server that it is on its way through. */
  readonly host: CallHost
  #input: unknown
  #principal: string | undefined | null = null

  constructor(host: CallHost, request: SdkRequest, sdk: SdkContext, cancellation?: Cancellation) {
    this.host = host
    this.request = request
    this.sdk = sdk
    this.cancellation = cancellation
    this.method = request.method
    this.params = request.params
    this.target = targetOf(request)
  }

  /** The chain that it goes through. */
  get composition(): Composition {
    return this.host.composition
  }

  /** What its server dispatches requests of a method to, the chain included. */
  handlerOf(method: string): StoredHandler | undefined {
    return this.host.facts.handlerOf(method)
  }

  get clock(): Clock {
    return this.host.clock
  }
  get operation(): string {
    return this.host.facts.operationOf(this.method, this.target, this.list)
  }
  get input(): unknown {
    return (this.#input ??= inputOf(this.request))
  }
  get principal(): string | undefined {
    if (this.#principal !== null) return this.#principal
    const { principal: of, composition } = this.host
    this.#principal = principalOf(this.sdk, of)
    // Whoever says who calls has said that it is nobody.
    if (this.#principal === undefined && of === undefined) warnOfAnonymous(composition, this.sdk)
    return this.#principal
  }
  get signal(): AbortSignal {
    return this.cancellation?.signal ?? signalOf(this.sdk)
  }
  get traits(): Traits {
    return this.host.facts.traitsOf(this.method, this.target, this.list)
  }
  get revision(): string | undefined {
    return this.host.facts.revisionOf(this.method, this.target, this.acceptsHints)
  }
  get isExchange(): boolean {
    if (this.hasAsked || this.params?.['task'] !== undefined || isContinuation(this.sdk)) return true
    // What this server does not have, or has switched off, is its own to refuse.
    return !this.host.facts.serves(this.method, this.target)
  }
  get isCallerNamed(): boolean {
    return this.host.principal !== undefined
  }
  noteRead(what: string): void {
    this.readsCaller ??= what
  }
  get acceptsHints(): boolean {
    return isModern(this.sdk)
  }
  notify(notification: Notification): Promise<void> {
    return notifyOf(this.sdk, notification)
  }
}

/** Whether a call was made by the table of this server. */
export const isCallOf = (call: Call, host: CallHost): boolean => {
  const origin = originOf(call)
  return origin instanceof ServerCall && origin.host === host
}

/**
 * The call a handler table made, of which `call` is a change.
 *
 * @throws TypeError when somebody passed `next` an object of their own.
 */
export const serverCallOf = (call: Call): ServerCall => {
  const origin = originOf(call)
  if (origin instanceof ServerCall) return origin
  throw new TypeError('next() was given a call that no door made: change a call with withCall(call, { … })')
}
