import type { Call, QueueNumbers, QueueRejection, RejectedError } from '@millrace/core'
import { priorities } from '../priority.ts'
import type { Rank } from '../priority.ts'
import { events } from '../report.ts'
import { Drain } from './drain.ts'
import type { Gate } from './gate.ts'
import { refusal } from './refusals.ts'
import type { Slot } from './slot.ts'
import type { Waiter } from './waiter.ts'
import type { WaitingRoom } from './waitingRoom.ts'

/** Says what a queue does, and when it makes sense to come back. */
export class Reporter {
  readonly drain: Drain = new Drain()
  readonly #name: string
  readonly #server: Gate
  readonly #room: WaitingRoom

  constructor(name: string, server: Gate, room: WaitingRoom) {
    this.#name = name
    this.#server = server
    this.#room = room
  }

  queued({ call: { operation }, rank }: Waiter): void {
    if (!events.hasSubscribers) return
    events.publish({ type: 'queue.queued', operation, priority: priorities[rank], ...this.#numbers() })
  }

  started({ operation }: Call, rank: Rank, waitMs: number): void {
    if (!events.hasSubscribers) return
    events.publish({ type: 'queue.started', operation, priority: priorities[rank], waitMs, ...this.#numbers() })
  }

  /** One that has waited, in the async context of its caller. */
  admitted({ call, rank, arrivedAt, caller }: Waiter, now: number): void {
    const say = (): void => this.started(call, rank, now - arrivedAt)
    if (caller === undefined) say()
    else caller.runInAsyncScope(say)
  }

  left({ call: { operation, clock }, rank, arrivedAt }: Waiter): void {
    if (!events.hasSubscribers) return
    const waitMs = clock.now() - arrivedAt
    events.publish({ type: 'queue.left', operation, priority: priorities[rank], waitMs, ...this.#numbers() })
  }

  overran({ call: { operation }, startedAt }: Slot, now: number): void {
    if (!events.hasSubscribers) return
    events.publish({ type: 'queue.overran', operation, elapsedMs: now - startedAt, ...this.#numbers() })
  }

  limitChanged(): void {
    if (events.hasSubscribers) events.publish({ type: 'queue.limitChanged', ...this.#numbers() })
  }

  /** @returns the error for the caller */
  refused(call: Call, rank: Rank, reason: QueueRejection, waitMs: number, typicalMs: number): RejectedError {
    const { drain } = this
    const now = call.clock.now()
    drain.refused += 1
    drain.look(now, !this.#server.hasRoom)
    const retryAfterMs = drain.retryAfterMs(now, this.#room.size, typicalMs, this.#server.limit)
    if (events.hasSubscribers) {
      events.publish({
        type: 'queue.rejected',
        operation: call.operation,
        priority: priorities[rank],
        reason,
        waitMs,
        rejected: drain.refused,
        retryAfterMs,
        ...this.#numbers(),
      })
    }
    return refusal(call, reason, retryAfterMs)
  }

  #numbers(): QueueNumbers {
    const { limit, inUse } = this.#server
    return { queue: this.#name, limit, inFlight: inUse, depth: this.#room.size }
  }
}
