import { asMiddleware } from '@millrace/core'
import type { Call, ListMethod, Middleware, Next, Shrinkable, Tools } from '@millrace/core'
import type { Invalidation } from './invalidation.ts'
import { checkCachedOptions } from './plan/checks.ts'
import type { CachedOptions, Invalidates } from './plan/options.ts'
import { ResultCache } from './resultCache.ts'
import type { CacheStats } from './statistics.ts'
import { warm } from './warm.ts'

/** A result cache: a middleware, and what can be asked of it. */
export interface Cached extends Middleware, Shrinkable {
  readonly stage: 'cached'
  readonly inspect: (tools: Tools) => void
  readonly listChanged: (method: ListMethod) => void
  readonly resourceUpdated: (uri: string) => void
  /**
   * Drops entries, and keeps loads that are under way from storing what they may have read before the change. In
   * effect at once in a `memoryStore`, and when the promise resolves in any store.
   *
   * @returns how many entries went; 0 also when the store failed, which is an event.
   * @throws TypeError (rejects) when nothing is asked for, or something contradictory.
   */
  invalidate(what: Invalidation): Promise<number>
  /** A middleware for a handler that writes: however it ends, unless refused, it drops what `what` says. */
  invalidates(what: Invalidates): Middleware
  /** Drops everything. */
  clear(): Promise<void>
  stats(): Promise<CacheStats>
  /** Holds at most this part of what its store may hold in this process's memory, for `memoryGuard()`. */
  shrinkTo(share: number): Promise<void>
  /** The key a call's result is kept under; undefined for a call that is not cached. */
  keyOf(call: Call): string | undefined
  /** Sends requests through a server before its clients do. */
  readonly warm: typeof warm
}

/**
 * Answers calls with results of earlier ones. `ttlMs` covers the tools that say they only read, and every handler this
 * is wrapped around; `tools`, `lists`, `resources` and `prompts` name others.
 *
 * @throws TypeError when an option makes no sense, or when nothing would be cached and the store is nobody else's.
 */
export const cached = (options: CachedOptions): Cached => {
  checkCachedOptions(options)
  const cache = new ResultCache(options)
  return asMiddleware((call: Call, next: Next) => cache.handle(call, next), {
    stage: 'cached',
    mentions: { 'cached.tools': Object.keys(options.tools ?? {}) },
    inspect: (tools: Tools) => cache.inspect(tools),
    listChanged: (method: ListMethod) => void cache.invalidate({ operation: method }),
    resourceUpdated: (uri: string) => void cache.invalidate({ operation: 'resources/read', pattern: uri }),
    invalidate: (what: Invalidation) => cache.invalidate(what),
    invalidates: (what: Invalidates) => cache.writer(what),
    clear: () => cache.clear(),
    stats: () => cache.stats(),
    shrinkTo: (share: number) => cache.shrinkTo(share),
    keyOf: (call: Call) => cache.keyOf(call),
    warm,
  })
}
