import { abortReason, cancellationOf, isAborted, onAbort, systemClock } from '@millrace/core'
import type { Call, Clock, Notification } from '@millrace/core'

/**
 * Who asks: a `Call`, the `extra` or `ctx` that an SDK hands to a handler, or any object that lives as long as the work
 * it stands for. What is not there (a signal, a way to notify) is done without.
 */
export type Caller = object

/** The clock of a call, else the process's own. */
export const clockOf = (caller: Caller | undefined): Clock =>
  caller !== undefined && 'clock' in caller ? (caller.clock as Clock) : systemClock

/** Whether the caller has gone. */
export const isGone = (caller: Caller | undefined): boolean => {
  const holder = signalHolder(caller)
  return holder !== undefined && isAborted(holder)
}

/** Why the caller has gone; undefined while it is there. */
export const goneReason = (caller: Caller | undefined): unknown => {
  const holder = signalHolder(caller)
  return holder === undefined ? undefined : abortReason(holder)
}

/** Calls `listener` once, when the caller goes; at once when it has. Returns what stops it. */
export const onGone = (caller: Caller | undefined, listener: (reason: unknown) => void): (() => void) => {
  const holder = signalHolder(caller)
  if (holder === undefined) return nothing
  if (cancellationOf(holder) !== undefined || isAborted(holder)) return onAbort(holder, listener)
  return gatheringOf(holder).add(listener)
}

/** Sends something to the caller; nobody waits for it, and what goes wrong on the way is the connection's own. */
export const notify = (caller: Caller, notification: Notification): void => {
  const { mcpReq, sendNotification, notify: ownNotify } = caller as Shapes
  try {
    const sent =
      mcpReq?.notify?.(notification) ??
      sendNotification?.(notification) ??
      (typeof ownNotify === 'function' ? (caller as Call).notify(notification) : undefined)
    sent?.catch(nothing)
  } catch {
    // The connection is closed: the call is about to be cancelled.
  }
}

/** What the caller wants its progress notifications to carry; undefined when it wants none. */
export const progressTokenOf = (caller: Caller): string | number | undefined => {
  const { mcpReq, _meta, params, sdk } = caller as Shapes
  const token = mcpReq?._meta?.progressToken ?? _meta?.progressToken ?? params?._meta?.progressToken
  if (token === undefined && sdk !== null && typeof sdk === 'object') return progressTokenOf(sdk)
  return typeof token === 'string' || typeof token === 'number' ? token : undefined
}

/** The fields that are read of whatever a caller is: v2 `ctx` has `mcpReq`, v1 `extra` its fields flat. */
interface Shapes {
  readonly mcpReq?: {
    readonly signal?: AbortSignal
    readonly _meta?: Meta
    readonly notify?: (notification: Notification) => Promise<void> | undefined
  }
  readonly sendNotification?: (notification: Notification) => Promise<void> | undefined
  readonly notify?: unknown
  readonly _meta?: Meta
  readonly params?: { readonly _meta?: Meta } | undefined
  readonly sdk?: unknown
}

interface Meta {
  readonly progressToken?: unknown
}

/** The part of a caller that says when it goes. */
const signalHolder = (caller: Caller | undefined): Call | undefined => {
  if (caller === undefined) return undefined
  const holder = ((caller as Shapes).mcpReq ?? caller) as Call
  // Asked in this order: a signal is made when it is read.
  return cancellationOf(holder) !== undefined || holder.signal instanceof AbortSignal ? holder : undefined
}

// A call that loads a thousand things listens once: Node warns of eleven listeners on one signal, and each costs 1 µs.
class Gathering {
  readonly #listeners = new Set<(reason: unknown) => void>()
  readonly #holder: Call
  #stop: (() => void) | undefined

  constructor(holder: Call) {
    this.#holder = holder
  }

  add(listener: (reason: unknown) => void): () => void {
    const own = (reason: unknown) => listener(reason)
    this.#listeners.add(own)
    this.#stop ??= onAbort(this.#holder, (reason) => {
      for (const one of this.#listeners) one(reason)
    })
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0) return
      this.#stop?.()
      this.#stop = undefined
    }
  }
}

const gatherings = new WeakMap<Call, Gathering>()

const gatheringOf = (holder: Call): Gathering => {
  const known = gatherings.get(holder)
  if (known !== undefined) return known
  const made = new Gathering(holder)
  gatherings.set(holder, made)
  return made
}

const nothing = () => {}
