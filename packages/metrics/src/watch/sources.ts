import type { BreakerStateName } from '../events/breakerStates.ts'

/** One of something, or several by the names that stand in labels; one alone is called by the key it is given under. */
export type Named<Source> = Source | { readonly [name: string]: Source }

/** What is asked at each scrape: what packages do not say on their channels, as it changes with every call. */
export interface Watched {
  /** What `cached()` gives. */
  readonly cache?: CacheSource | undefined
  /** What `queue()` gives. */
  readonly queue?: Named<QueueSource> | undefined
  /** What `rateLimit()` gives. */
  readonly rateLimit?: Named<RateLimitSource> | undefined
  /** What `breaker()` gives; under the name that it has, its circuits stand once. */
  readonly breaker?: Named<BreakerSource> | undefined
  /** What `retryBudget()` gives. */
  readonly retryBudget?: Named<BudgetSource> | undefined
  /** What `postgres()` and `httpPool()` give, started; they go by names of their own. */
  readonly pool?: Named<PoolSource> | undefined
  /** What `redis()` gives, started; it goes by a name of its own. */
  readonly redis?: Named<RedisSource> | undefined
  /** What `edge()` or `serve()` gives. */
  readonly edge?: EdgeSource | undefined
  /** What `lifespan()` gives. */
  readonly lifespan?: LifespanSource | undefined
}

interface Held {
  readonly entries: number
  readonly bytes: number
}

export interface CacheSource {
  stats(): Promise<{ readonly tiers: { readonly [tier: string]: Held } }>
}

export interface QueueSource {
  state(): { readonly depth: number; readonly inFlight: number; readonly limit: number }
}

export interface RateLimitSource {
  waiting(): number
}

export interface BreakerSource {
  keys(): readonly string[]
  state(key: string): { readonly type: BreakerStateName } | undefined
}

export interface BudgetSource {
  balance(now: number): number
}

export interface PgPoolStats {
  readonly pool: string
  readonly size: number
  readonly busy: number
  readonly waiting: number
  readonly limit: number
  readonly replicas?: readonly PgPoolStats[]
}

export interface HttpPoolStats {
  readonly name: string
  readonly connections: number
  readonly active: number
  readonly waiting: number
}

export interface PoolSource {
  stats(): PgPoolStats | HttpPoolStats
}

export interface RedisSource {
  stats(): { readonly name: string; readonly state: string; readonly inFlight: number; readonly waiting: number }
}

interface EdgeNumbers {
  readonly active: number
  readonly sessions: number
  readonly workers?: number
}

export interface EdgeSource {
  stats(): EdgeNumbers | Promise<EdgeNumbers>
}

export interface LifespanSource {
  readonly isReady: boolean
}
