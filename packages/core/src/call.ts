import type { Cancellation } from './cancellation.ts'
import type { Clock } from './clock.ts'

/** What a handler answers: a JSON object as the protocol defines it for the method. Read it, never change it. */
export interface Result {
  readonly [key: string]: unknown
}

/** A message to the caller that belongs to one call, such as `notifications/progress` or `notifications/message`. */
export interface Notification {
  /** `notifications/progress`, `notifications/message` … */
  readonly method: string
  /** What the protocol defines for the method. */
  readonly params?: { readonly [key: string]: unknown }
}

/**
 * What a tool says of itself in its annotations. Undefined where it says nothing; the protocol then assumes a tool
 * that writes, destroys, must not be repeated and reaches the open world (schema `ToolAnnotations`).
 */
export interface Traits {
  /** It changes nothing. */
  readonly readOnly?: boolean | undefined
  /** Called again with the same arguments it changes nothing more. */
  readonly idempotent?: boolean | undefined
  /** It may destroy or overwrite what is there. */
  readonly destructive?: boolean | undefined
  /** It reaches things outside the server's own domain. */
  readonly openWorld?: boolean | undefined
}

/** One MCP request on its way to its handler. Made by a door, read by every middleware, never mutated. */
export interface Call<Params = unknown> {
  /** The protocol's method: `tools/call`. */
  readonly method: string
  /** Tool or prompt name, or resource URI; undefined for methods that name nothing. */
  readonly target?: string | undefined
  /** Method and target, `tools/call search`: low cardinality, safe as a metric label. A resource's URI is left out. */
  readonly operation: string
  /** The parameters as received; treat them as frozen. */
  readonly params: Params
  /** What the answer depends on: the arguments, without `_meta`. */
  readonly input: unknown
  /** Who calls; undefined is anonymous. */
  readonly principal?: string | undefined
  /** Aborts when the caller is gone or an outer middleware gave up. Made on first read: prefer `onAbort(call, …)`. */
  readonly signal: AbortSignal
  /** When the caller stops waiting, in milliseconds of `clock`; `Infinity` when it never does. */
  readonly deadline: number
  /** What the tool says of itself; empty for other methods and for tools that say nothing. */
  readonly traits: Traits
  /** The time this call lives in. */
  readonly clock: Clock
  /**
   * Names the state of the server that the answer was made from: for lists a fingerprint of what is registered.
   * Part of every cache key. Undefined where the parameters say everything.
   */
  readonly revision?: string | undefined
  /** The call has no name of its own (an anonymous handler): its identity ends with this process. */
  readonly isUnnamed?: boolean | undefined
  /** The author put the middleware around this one handler, which opts it in to what is asked of the middleware. */
  readonly isWrapped?: boolean | undefined
  /** Nobody knows what its tool says of itself: the handler is wrapped, and its server has no door of its own. */
  readonly isUndescribed?: boolean | undefined
  /** The caller reads `ttlMs` and `cacheScope` on results (protocol 2026-07-28). */
  readonly acceptsHints?: boolean | undefined
  /** Answers that belong to a dialogue (retries with input responses, task requests) and are nobody else's. */
  readonly isExchange?: boolean | undefined
  /**
   * What the handler has read of its caller that `principal` knows nothing of, such as `sessionId`: what it answers may
   * be no other caller's. Undefined before, and where the author says who calls.
   */
  readonly readsCaller?: string | undefined
  /** Sends progress or a log line to the caller of this call. */
  notify(notification: Notification): Promise<void>
  /** v1 `extra` or v2 `ctx`, for those who need it. */
  readonly sdk: unknown
}

/** What a middleware may change on the way in; everything else is read through to the call it came from. */
export type CallPatch = Circumstances & Content

interface Circumstances {
  /**
   * In milliseconds of the call's clock. Sooner than the call's own for whoever bounds it; later only for work that
   * other callers share.
   */
  readonly deadline?: number
  /**
   * Replaces the call's own: the new one is not aborted with the old one unless `onAbort(call, …)` passes it on. So a
   * middleware decides whether its caller's leaving ends the work.
   */
  readonly cancellation?: Cancellation
  /** Replaces `call.notify`. */
  readonly notify?: (notification: Notification) => Promise<void>
}

// Keys are made of the input: parameters without the input that belongs to them would be kept under another's key.
type Content =
  | {
      readonly params?: never
      /** Other arguments, for the handler and for keys. The door puts them in their place in the parameters. */
      readonly input?: unknown
    }
  | {
      /** The whole parameters, together with the input that belongs to them. */
      readonly params: unknown
      /** The arguments in these parameters, for keys; `call.input` where they stay the same. */
      readonly input: unknown
    }

/** The call that a door made and that `call` was derived from; `call` itself when nothing changed it. */
export const originOf = (call: Call): Call => (call as Partial<DerivedCall>)[origin] ?? call

/** The call that `call` was derived from by one `withCall`; undefined for a call straight from a door. */
export const parentOf = (call: Call): Call | undefined => (call as Partial<DerivedCall>)[parent]

/**
 * A call like `call` with some things changed, for `next(withCall(call, { deadline }))`. Nothing is copied: what is
 * computed on first read (signal, principal, traits) stays so. Use this and not `{ ...call }`, which loses whatever a
 * call computes.
 *
 * @param patch is read whenever the call is: one whose fields change shows their present values, such as the deadline
 * of a load that more and more callers share
 * @throws TypeError for `params` without `input`
 */
export const withCall = (call: Call, patch: CallPatch): Call => {
  if ('params' in patch && !('input' in patch)) {
    throw new TypeError('withCall: expected params together with the input that belongs to them, got params alone')
  }
  return 'input' in patch ? new RewrittenCall(call, patch) : new DerivedCall(call, patch)
}

/**
 * What cancels a call, when that can be waited for without an `AbortSignal`: what `withCall` was given, or a door's
 * own, which it keeps in a property `cancellation`. Undefined for a call that has its `signal` only.
 */
export const cancellationOf = (call: Call): Cancellation | undefined => {
  const { cancellation } = call as { readonly cancellation?: Cancellation }
  return cancellation
}

// In the registry of symbols, so that calls derived by another copy of this package are understood.
const origin = Symbol.for('millrace.call.origin')
const parent = Symbol.for('millrace.call.parent')

class DerivedCall implements Call {
  readonly [parent]: Call
  readonly [origin]: Call
  readonly #patch: Circumstances

  constructor(from: Call, patch: Circumstances) {
    this[parent] = from
    this[origin] = originOf(from)
    this.#patch = patch
  }

  get method(): string {
    return this[origin].method
  }
  get target(): string | undefined {
    return this[origin].target
  }
  get operation(): string {
    return this[origin].operation
  }
  get params(): unknown {
    return this[parent].params
  }
  get input(): unknown {
    return this[parent].input
  }
  get principal(): string | undefined {
    return this[origin].principal
  }
  get cancellation(): Cancellation | undefined {
    return this.#patch.cancellation ?? cancellationOf(this[parent])
  }
  get signal(): AbortSignal {
    return this.#patch.cancellation?.signal ?? this[parent].signal
  }
  get deadline(): number {
    return this.#patch.deadline ?? this[parent].deadline
  }
  get traits(): Traits {
    return this[origin].traits
  }
  get clock(): Clock {
    return this[origin].clock
  }
  get revision(): string | undefined {
    return this[origin].revision
  }
  get isUnnamed(): boolean | undefined {
    return this[origin].isUnnamed
  }
  get isWrapped(): boolean | undefined {
    return this[origin].isWrapped
  }
  get isUndescribed(): boolean | undefined {
    return this[origin].isUndescribed
  }
  get acceptsHints(): boolean | undefined {
    return this[origin].acceptsHints
  }
  get isExchange(): boolean | undefined {
    return this[origin].isExchange
  }
  get readsCaller(): string | undefined {
    return this[origin].readsCaller
  }
  get sdk(): unknown {
    return this[origin].sdk
  }
  notify(notification: Notification): Promise<void> {
    return this.#patch.notify === undefined ? this[parent].notify(notification) : this.#patch.notify(notification)
  }
}

/** A call that says something else: apart from the others, so that those need not look whether they do. */
class RewrittenCall extends DerivedCall {
  readonly #content: CallPatch

  constructor(from: Call, patch: CallPatch) {
    super(from, patch)
    this.#content = patch
  }

  override get params(): unknown {
    return 'params' in this.#content ? this.#content.params : super.params
  }
  override get input(): unknown {
    return this.#content.input
  }
}
