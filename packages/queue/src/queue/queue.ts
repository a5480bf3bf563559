import { asMiddleware } from '@millrace/core'
import type { Call, Middleware, Next, Result } from '@millrace/core'
import type { AdaptiveLimitOptions } from '../limit/adaptiveLimit.ts'
import type { Priority } from '../priority.ts'
import { Limiter } from './limiter.ts'
import { limitOf, planOf } from './plan.ts'
import type { QueueOptions, QueuePlan } from './plan.ts'
import { SharedSlots } from './sharedSlots.ts'

/** A queue: a middleware, and what its owner can ask of it. */
export interface Queue extends Middleware {
  readonly stage: 'queue'
  /** How things stand at this moment. */
  state(): QueueState
  /** Starts nothing more until `resume`: calls wait. What runs goes on. */
  pause(): void
  resume(): void
  /** Refuses everything that waits. */
  clear(): void
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>
  /**
   * Changes how many calls run at once, from now on.
   *
   * @param maxConcurrent as in the options
   * @throws TypeError when it makes no sense
   */
  limitTo(maxConcurrent: number | AdaptiveLimitOptions): void
}

/** How things stand in a queue. */
export interface QueueState {
  /** How many calls may run at once. */
  readonly limit: number
  /** How many run; with `weight` what they weigh. */
  readonly inFlight: number
  /** How many wait. */
  readonly depth: number
  /** How many wait, by priority. */
  readonly depthOf: { readonly [Each in Priority]: number }
  /** How long the one that came first has waited, in milliseconds; 0 when nobody waits. */
  readonly oldestWaitMs: number
  /** Whether a call that is not critical would be let in: to run, or to wait. */
  readonly isHealthy: boolean
  readonly isPaused: boolean
}

/**
 * Lets only so many calls run at once, makes a bounded number of others wait, and refuses the rest (`QueueFullError`,
 * `DeadlineError`) at once, so that a server with more work than it can do still does all that it can. A freed slot is
 * handed to the one whose turn it is. Sharing the value shares the queue.
 *
 * A call that has its slot is never refused. One that waits is, when it could not be answered before its deadline, or
 * has waited for too long. A handler whose call was cancelled or timed out gives its slot back when it settles, and
 * loses it after `graceMs` when it goes on while others wait.
 *
 * @throws TypeError when an option makes no sense.
 */
export const queue = (options: QueueOptions = {}): Queue => {
  const plan = planOf(options)
  const limiter = new Limiter(plan)
  return asMiddleware(runOf(limiter, plan), {
    stage: 'queue',
    mentions: plan.mentions,
    state: () => stateOf(limiter, plan.healthyQueued),
    pause: () => limiter.pause(),
    resume: () => limiter.resume(),
    clear: () => limiter.clear(),
    idle: () => limiter.idle(),
    limitTo: (maxConcurrent: number | AdaptiveLimitOptions) => limiter.limitTo(limitOf(maxConcurrent, plan.store)),
  })
}

const runOf = (limiter: Limiter, { store, name, maxWaitMs, graceMs }: QueuePlan): Middleware => {
  if (store === undefined) return (call: Call, next: Next): Promise<Result> => limiter.run(call, next)
  const shared = new SharedSlots({
    counters: store,
    name,
    max: () => limiter.slots.server.limit,
    maxWaitMs: maxWaitMs === Infinity ? sharedWaitMs : maxWaitMs,
    graceMs,
    refusal: (call, waitMs) => limiter.refusal(call, waitMs),
  })
  return (call, next) => limiter.run(call, (inner) => shared.run(inner, next))
}

const sharedWaitMs = 5000

const stateOf = (
  { slots: { server }, room, discipline: { isPaused } }: Limiter,
  healthyQueued: number,
): QueueState => ({
  limit: server.limit,
  inFlight: server.inUse,
  depth: room.size,
  depthOf: { critical: room.sizeOf(0), high: room.sizeOf(1), normal: room.sizeOf(2), low: room.sizeOf(3) },
  oldestWaitMs: room.oldest === undefined ? 0 : room.oldest.call.clock.now() - room.oldest.arrivedAt,
  isHealthy: (server.hasRoom && !isPaused) || room.size < healthyQueued,
  isPaused,
})
