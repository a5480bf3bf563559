import { channel as diagnosticsChannel, subscribe as listen, unsubscribe } from 'node:diagnostics_channel'

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
  | { readonly type: 'mcp.misordered'; readonly message: string }

/** The event type of each channel; the channel's name on `node:diagnostics_channel` is `millrace:` and the key. */
export interface Events {
  readonly cache: CacheEvent
  readonly mcp: DoorEvent
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
 * on. Returns what stops it.
 */
export const subscribe = <Name extends keyof Events>(
  name: Name,
  listener: (event: Events[Name]) => void,
): (() => void) => {
  const onMessage = (message: unknown) => listener(message as Events[Name])
  listen(channelName(name), onMessage)
  return () => void unsubscribe(channelName(name), onMessage)
}

const channelName = (name: keyof Events): string => `millrace:${name}`
