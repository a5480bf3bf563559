import { channel as diagnosticsChannel, subscribe as listen, unsubscribe } from 'node:diagnostics_channel'
import type { Outcome } from './outcome.ts'
import { uncaught } from './uncaught.ts'

/** What the cache says while it works. Counts are absolute values at the moment of the event. */
export type CacheEvent =
  | {
      readonly type: 'cache.hit' | 'cache.stale'
      readonly operation: string
      readonly tier: string
      readonly ageMs: number
      readonly savedMs: number
    }
  | { readonly type: 'cache.miss'; readonly operation: string; readonly isShared: boolean }
  | {
      readonly type: 'cache.stored'
      readonly operation: string
      readonly tier: string
      readonly bytes: number
      readonly loadMs: number
    }
  | { readonly type: 'cache.refreshed'; readonly operation: string; readonly loadMs: number }
  | { readonly type: 'cache.bypassed'; readonly operation: string; readonly reason: string }
  | { readonly type: 'cache.evicted'; readonly tier: string; readonly entries: number; readonly bytes: number }
  | { readonly type: 'cache.invalidated'; readonly entries: number; readonly tags?: readonly string[] }
  | {
      readonly type: 'cache.failed'
      readonly operation: string
      readonly tier: string
      readonly during: string
      readonly error: unknown
    }

/** What a door says while it works. */
export type DoorEvent =
  | { readonly type: 'mcp.attached'; readonly isFallback: boolean }
  | { readonly type: 'mcp.misordered' | 'mcp.misnamed' | 'mcp.anonymous'; readonly message: string }

/** What the middleware against slow and failing dependencies say. Numbers are absolute, at the moment of the event. */
export type ResilienceEvent =
  | { readonly type: 'timeout.fired'; readonly operation: string; readonly elapsedMs: number }
  | {
      readonly type: 'retry.attempt'
      readonly operation: string
      /** The attempt that comes next, the first retry being 2. */
      readonly attempt: number
      readonly delayMs: number
      readonly outcome: Outcome
      readonly error: unknown
    }
  | {
      readonly type: 'retry.exhausted'
      readonly operation: string
      /** How often the handler ran. */
      readonly attempts: number
      readonly reason: 'attempts' | 'deadline' | 'retryAfter'
      readonly outcome: Outcome
      readonly error: unknown
    }
  | {
      readonly type: 'retry.budgetSpent'
      readonly operation: string
      readonly attempts: number
      /** Retries that the budget still holds: less than 1. */
      readonly balance: number
    }
  | {
      readonly type: 'breaker.opened' | 'breaker.exceeded'
      readonly key: string
      readonly reason: 'failureRatio' | 'slowRatio' | 'halfOpenTime' | 'isolated'
      /** Until the first probe; Infinity when it waits for `reset()`. */
      readonly openMs: number
      /** How often it has opened since it was last closed. */
      readonly opens: number
      readonly calls: number
      readonly failures: number
      readonly slowCalls: number
    }
  | { readonly type: 'breaker.halfOpened'; readonly key: string; readonly probes: number; readonly opens: number }
  | {
      readonly type: 'breaker.closed'
      readonly key: string
      /** Its probes went well, or its owner said so: also `disabled` and `observing` let everything through. */
      readonly reason: 'probes' | 'reset' | 'disabled' | 'observing'
    }
  | {
      readonly type: 'breaker.rejected'
      readonly key: string
      readonly operation: string
      readonly state: 'open' | 'halfOpen' | 'isolated'
      /** Calls it has refused since it was last closed. */
      readonly rejected: number
      readonly retryAfterMs: number | undefined
    }
  | {
      readonly type: 'hedge.started'
      readonly operation: string
      /** The attempt that starts, the first extra one being 2. */
      readonly attempt: number
      readonly afterMs: number
      /** Extra attempts that the budget still holds. */
      readonly balance: number
    }
  | { readonly type: 'hedge.won'; readonly operation: string; readonly attempt: number; readonly elapsedMs: number }
  | {
      readonly type: 'fallback.used' | 'fallback.failed'
      readonly operation: string
      readonly outcome: Outcome
      /** For `fallback.failed` what the substitute threw, else what it stands for. */
      readonly error: unknown
    }
  | {
      readonly type: 'limitResult.cut'
      readonly operation: string
      readonly bytes: number
      readonly keptBytes: number
      readonly rows: number
      readonly keptRows: number
    }
  | { readonly type: 'limitResult.linkFailed'; readonly operation: string; readonly error: unknown }

/** What loaders, batchers and staged calls say. Numbers are absolute, at the moment of the event. */
export type BatchEvent =
  | { readonly type: 'batch.started'; readonly name: string; readonly items: number }
  | {
      readonly type: 'batch.settled'
      readonly name: string
      readonly items: number
      /** Items without a value: all of them when the batch as a whole went wrong. */
      readonly failed: number
      readonly tookMs: number
      /** What the batch as a whole failed with. */
      readonly error: unknown
    }
  | {
      readonly type: 'batch.rejected'
      readonly name: string
      /** Items that wait or run. */
      readonly pending: number
    }
  | {
      readonly type: 'staged.settled'
      readonly operation: string
      readonly steps: number
      readonly failed: number
      readonly skipped: number
      readonly tookMs: number
    }

/** Why a queue did not start a call. */
export type QueueRejection =
  /** As many wait as may. */
  | 'full'
  /** The waiting room is filled beyond what counts as healthy. */
  | 'unhealthy'
  /** It waited, and gave its place to a call that goes first. */
  | 'displaced'
  /** It waited for longer than calls may while there is more work than the server can do. */
  | 'waited'
  /** It could not have been answered before its deadline. */
  | 'deadline'
  /** The process itself is overloaded. */
  | 'load'
  /** Those who run the server have emptied the queue. */
  | 'cleared'

/** What every event of a queue says of its state. */
export interface QueueNumbers {
  /** The queue's name. */
  readonly queue: string
  /** How many calls may run at once; Infinity for no limit. */
  readonly limit: number
  /** How many run. */
  readonly inFlight: number
  /** How many wait. */
  readonly depth: number
}

/** What queues and rate limits say while they work. Numbers are absolute, at the moment of the event. */
export type QueueEvent =
  | (QueueNumbers & { readonly type: 'queue.queued'; readonly operation: string; readonly priority: string })
  | (QueueNumbers & {
      readonly type: 'queue.started'
      readonly operation: string
      readonly priority: string
      /** How long it waited, in milliseconds; 0 when a slot was free. */
      readonly waitMs: number
    })
  | (QueueNumbers & {
      readonly type: 'queue.rejected'
      readonly operation: string
      readonly priority: string
      readonly reason: QueueRejection
      readonly waitMs: number
      /** Calls it has refused so far. */
      readonly rejected: number
      readonly retryAfterMs: number | undefined
    })
  | (QueueNumbers & {
      /** It waited, and its caller has gone. */
      readonly type: 'queue.left'
      readonly operation: string
      readonly priority: string
      readonly waitMs: number
    })
  | (QueueNumbers & {
      /** A handler that goes on after its call was cancelled has lost its slot. */
      readonly type: 'queue.overran'
      readonly operation: string
      readonly elapsedMs: number
    })
  | (QueueNumbers & { readonly type: 'queue.limitChanged' })
  | {
      readonly type: 'rateLimit.rejected'
      /** The rate limit's name. */
      readonly name: string
      readonly operation: string
      readonly key: string
      /** Calls it has refused so far. */
      readonly rejected: number
      readonly retryAfterMs: number | undefined
    }

/** The event type of each channel; the channel's name on `node:diagnostics_channel` is `millrace:` and the key. */
export interface Events {
  readonly batch: BatchEvent
  readonly cache: CacheEvent
  readonly mcp: DoorEvent
  readonly queue: QueueEvent
  readonly resilience: ResilienceEvent
}

/** Where a package publishes. Look at `hasSubscribers` before building an event: nobody listening then costs under 5 ns. */
export interface EventChannel<Event> {
  /** Whether anybody listens in this process. */
  readonly hasSubscribers: boolean
  /** Hands the event to every listener before it returns; what a listener throws is the process's to report. */
  publish(event: Event): void
}

/** The channel of a package, the same for every copy of this one: keep it in a constant beside what publishes. */
export const channel = <Name extends keyof Events>(name: Name): EventChannel<Events[Name]> =>
  diagnosticsChannel(channelName(name))

/**
 * Calls `listener` for every event of a package, in the process that publishes it, before the call that caused it goes
 * on. Returns what stops it. What a listener throws goes to the process (`uncaughtException`), and nowhere else, as an
 * error that says which event it was thrown at and has the original as its `cause`.
 *
 * @throws TypeError when `listener` is no function
 */
export const subscribe = <Name extends keyof Events>(
  name: Name,
  listener: (event: Events[Name]) => void,
): (() => void) => {
  if (typeof listener !== 'function') {
    throw new TypeError(`subscribe: expected a function to call with events of '${name}', got ${typeof listener}`)
  }
  const onMessage = (message: unknown) => {
    try {
      listener(message as Events[Name])
    } catch (error) {
      uncaught(complaint(name, message as Events[Name], error))
    }
  }
  listen(channelName(name), onMessage)
  return () => void unsubscribe(channelName(name), onMessage)
}

const channelName = (name: keyof Events): string => `millrace:${name}`

const complaint = (name: string, { type }: { readonly type: string }, cause: unknown): Error => {
  const said = cause instanceof Error ? cause.message : String(cause)
  return new Error(`A listener that subscribe('${name}', …) was given threw at the event ${type}: ${said}`, { cause })
}
