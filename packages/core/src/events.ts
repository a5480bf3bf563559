import { kindOf } from './kind.ts'
import { channel as diagnosticsChannel, subscribe as listen, unsubscribe } from 'node:diagnostics_channel'
import type { BatchEvent } from './events/batchEvent.ts'
import type { CacheEvent } from './events/cacheEvent.ts'
import type { DoorEvent } from './events/doorEvent.ts'
import type { EdgeEvent } from './events/edgeEvent.ts'
import type { LifespanEvent } from './events/lifespanEvent.ts'
import type { MetricsEvent } from './events/metricsEvent.ts'
import type { PgEvent } from './events/pgEvent.ts'
import type { QueueEvent } from './events/queueEvent.ts'
import type { RedisEvent } from './events/redisEvent.ts'
import type { ResilienceEvent } from './events/resilienceEvent.ts'
import type { UndiciEvent } from './events/undiciEvent.ts'
import type { WorkersEvent } from './events/workersEvent.ts'
import { uncaught } from './uncaught.ts'

/** The event type of each channel; the channel's name on `node:diagnostics_channel` is `millrace:` and the key. */
export interface Events {
  readonly batch: BatchEvent
  readonly cache: CacheEvent
  readonly edge: EdgeEvent
  readonly lifespan: LifespanEvent
  readonly mcp: DoorEvent
  readonly metrics: MetricsEvent
  readonly pg: PgEvent
  readonly queue: QueueEvent
  readonly redis: RedisEvent
  readonly resilience: ResilienceEvent
  readonly undici: UndiciEvent
  readonly workers: WorkersEvent
}

/** Where a package publishes. Look at `hasSubscribers` before building an event: nobody listening then costs under 5 ns. */
export interface EventChannel<Event> {
  /** Whether anybody listens in this process. */
  readonly hasSubscribers: boolean
  /** Hands the event to every listener before it returns; what a listener throws is the process's to report. */
  publish(event: Event): void
}

/** The channel of a package, the same for every copy of this one: keep it in a constant beside what publishes. */
export const channel = <Name extends keyof Events>(name: Name): EventChannel<Events[Name]> => {
  const found: EventChannel<never> = diagnosticsChannel(channelName(name))
  return found
}

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
    throw new TypeError(`subscribe: expected a function to call with events of '${name}', got ${kindOf(listener)}`)
  }
  const tell: (event: never) => void = listener
  const onMessage = (message: unknown) => {
    try {
      tell(message as never)
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
