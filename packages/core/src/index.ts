export { abortReason, isAborted, onAbort, onGivenUp } from './abort.ts'
export { cancellation } from './cancellation.ts'
export type { Cancellation } from './cancellation.ts'
export { linked } from './linked.ts'
export type { LinkedCancellation } from './linked.ts'
export { cancellationOf, originOf, parentOf, withCall } from './call.ts'
export type { Call, CallPatch, Notification, Result, Traits } from './call.ts'
export { causeOf, hasCause, keepCause } from './cause.ts'
export { systemClock } from './clock.ts'
export type { Clock } from './clock.ts'
export type { Counted, CountedRate, Counters, SharedSlot, Taken } from './counters.ts'
export { duration } from './duration.ts'
export { AbandonedError, isMillraceError, MillraceError, RejectedError } from './errors.ts'
export type { MillraceErrorOptions } from './errors.ts'
export { channel, subscribe } from './events.ts'
export type { EventChannel, Events } from './events.ts'
export type { BatchEvent } from './events/batchEvent.ts'
export type { CacheEvent } from './events/cacheEvent.ts'
export type { DoorEvent } from './events/doorEvent.ts'
export type { EdgeEvent } from './events/edgeEvent.ts'
export type { LifespanEvent } from './events/lifespanEvent.ts'
export type { MetricsEvent } from './events/metricsEvent.ts'
export type { PgCloseReason, PgEvent, PgNumbers } from './events/pgEvent.ts'
export type { QueueEvent, QueueNumbers, QueueRejection } from './events/queueEvent.ts'
export type { RedisEvent } from './events/redisEvent.ts'
export type { ResilienceEvent } from './events/resilienceEvent.ts'
export type { UndiciEvent, UndiciNumbers } from './events/undiciEvent.ts'
export type { WorkersEvent, WorkersNumbers, WorkersRefusal, WorkersStop } from './events/workersEvent.ts'
export { freezeTree, frozenCopy, isFrozenTree, jsonOf } from './frozen.ts'
export { inspect } from './inspect.ts'
export { kindOf } from './kind.ts'
export { keepAlive } from './keepAlive.ts'
export type { Lease, Leased } from './lease.ts'
export { fits, matches } from './match.ts'
export type { Matched } from './match.ts'
export { asMiddleware, chain, compose } from './middleware.ts'
export type { ListMethod, Middleware, Next, Tools } from './middleware.ts'
export { nearest } from './nearest.ts'
export { only } from './only.ts'
export type { Selection, Selector } from './only.ts'
export {
  arrayOf,
  boolean,
  checkOptions,
  either,
  func,
  having,
  integer,
  number,
  off,
  oneOf,
  record,
  text,
} from './options.ts'
export type { Check } from './options.ts'
export { checkOrder } from './order.ts'
export type { SessionRecord, SessionStore } from './sessions.ts'
export { sha256 } from './sha256.ts'
export { recommendedOrder } from './stage.ts'
export type { Stage } from './stage.ts'
export { outcomeOf, outcomeOfThrown } from './outcome.ts'
export type { Outcome } from './outcome.ts'
export type { Bus, BusMessage } from './bus.ts'
export type { Health, Resource, ResourceContext, Resources, Started } from './resource.ts'
export type { Entry, Match, Maybe, Store, StoreStats } from './store.ts'
export type { Timer } from './timer.ts'
export { isWaiting, waitsForTurn } from './waiting.ts'
export { wheel } from './wheel.ts'
export type { Wheel, WheelSource } from './wheel.ts'
