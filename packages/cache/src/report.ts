import { channel } from '@millrace/core'
import type { CacheEvent, EventChannel } from '@millrace/core'
import type { Lane } from './plan/lane.ts'

/** Where the cache says what it does. */
export const events: EventChannel<CacheEvent> = channel('cache')

/** Counts and says that a call or a result goes past the cache. */
export const bypass = ({ counters, operation }: Reported, reason: string): void => {
  counters.bypassed += 1
  if (events.hasSubscribers) events.publish({ type: 'cache.bypassed', operation, reason })
}

/** Counts and says that something failed which no caller sees. */
export const fail = ({ counters, operation }: Reported, tier: string, during: string, error: unknown): void => {
  counters.errors += 1
  if (events.hasSubscribers) events.publish({ type: 'cache.failed', operation, tier, during, error })
}

type Reported = Pick<Lane, 'counters' | 'operation'>
