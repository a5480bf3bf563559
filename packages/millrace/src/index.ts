export { cached, memoryStore } from '@millrace/cache'
export type { Cached, CachedOptions, MemoryStoreOptions } from '@millrace/cache'
export { chain, checkOrder, compose, only, outcomeOf, recommendedOrder, subscribe, withCall } from '@millrace/core'
export type {
  Call,
  Clock,
  Entry,
  Events,
  Middleware,
  Next,
  Outcome,
  Result,
  Selection,
  Selector,
  Stage,
  Store,
  Traits,
} from '@millrace/core'
export { causeOf, invoke, paginate, sharedValidator, undo, use, wrap } from '@millrace/mcp'
export type { PaginateOptions, PrincipalOf, UseOptions, WrapOptions, Wrapper } from '@millrace/mcp'
export { loadSignals, queue, rateLimit } from '@millrace/queue'
export type {
  LoadSignals,
  LoadSignalsOptions,
  Priority,
  Queue,
  QueueOptions,
  QueueState,
  RateLimit,
  RateLimitOptions,
} from '@millrace/queue'
export { breaker, exponential, fallback, hedge, limitResult, retry, retryBudget, timeout } from '@millrace/resilience'
export type {
  Breaker,
  BreakerOptions,
  FallbackOptions,
  HedgeOptions,
  LimitResultOptions,
  RetryBudget,
  RetryOptions,
  TimeoutOptions,
} from '@millrace/resilience'
export { recommended } from './recommended.ts'
export type { Recommended, RecommendedOptions } from './recommended.ts'
