import type { Match } from './store.ts'

/** What processes tell each other about their caches. */
export type BusMessage =
  | { readonly type: 'invalidate'; readonly match: Match }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'clear' }

/**
 * Carries invalidations to the other processes. Messages may come late, twice or in another order; a bus that is down
 * loses them, which is why entries have a lifetime.
 */
export interface Bus {
  publish(message: BusMessage): void | Promise<void>
  /** Calls `listener` for messages of other processes, never for own ones. Returns what stops it. */
  subscribe(listener: (message: BusMessage) => void): () => void
}
