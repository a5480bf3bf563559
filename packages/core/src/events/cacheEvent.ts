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
  | {
      /** A load waited for another process to load the same, which has stored it. */
      readonly type: 'cache.awaited'
      readonly operation: string
      readonly tier: string
      readonly waitMs: number
    }
  | { readonly type: 'cache.evicted'; readonly tier: string; readonly entries: number; readonly bytes: number }
  | { readonly type: 'cache.invalidated'; readonly entries: number; readonly tags?: readonly string[] }
  | {
      readonly type: 'cache.failed'
      readonly operation: string
      readonly tier: string
      readonly during: string
      readonly error: unknown
    }
