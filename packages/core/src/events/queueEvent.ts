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
      /** A call that came too early waits for its turn, goes on, or has lost its caller while it waited. */
      readonly type: 'rateLimit.queued' | 'rateLimit.started' | 'rateLimit.left'
      /** The rate limit's name. */
      readonly name: string
      readonly operation: string
      readonly key: string
      /** How long it has waited, in milliseconds. */
      readonly waitMs: number
      /** How many calls wait, those of all keys together. */
      readonly depth: number
    }
  | {
      /** What processes count together could not be asked: this one counts for itself. */
      readonly type: 'queue.countersFailed'
      /** The name of the queue or the rate limit. */
      readonly name: string
      /** The name of the counters. */
      readonly counters: string
      readonly error: unknown
    }
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
