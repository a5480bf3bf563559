import type { Outcome } from '../outcome.ts'

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
      /** The breaker's name. */
      readonly name: string
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
  | {
      readonly type: 'breaker.halfOpened'
      readonly name: string
      readonly key: string
      readonly probes: number
      readonly opens: number
    }
  | {
      readonly type: 'breaker.closed'
      readonly name: string
      readonly key: string
      /** Its probes went well, or its owner said so: also `disabled` and `observing` let everything through. */
      readonly reason: 'probes' | 'reset' | 'disabled' | 'observing'
    }
  | {
      readonly type: 'breaker.rejected'
      readonly name: string
      readonly key: string
      readonly operation: string
      readonly state: 'open' | 'halfOpen' | 'isolated'
      /** Calls it has refused since it was last closed. */
      readonly rejected: number
      readonly retryAfterMs: number | undefined
    }
  /** The author's `isFailure` threw: the call counts as nothing. */
  | {
      readonly type: 'breaker.isFailureFailed'
      readonly name: string
      readonly operation: string
      readonly error: unknown
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
