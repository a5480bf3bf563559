import type { Call, Entry, Result } from '@millrace/core'
import { withHints } from './hints.ts'
import type { Lane } from './plan/lane.ts'
import { events } from './report.ts'

/** The result of an entry as this caller gets it. */
export const present = (lane: Lane, call: Call, entry: Entry, now: number, result: Result = entry.result): Result =>
  lane.isHinted && call.acceptsHints === true
    ? withHints(result, {
        remainingMs: entry.freshUntil - now,
        ageMs: now - entry.storedAt,
        isPublic: lane.settings.isPublic,
        isDeclared: lane.settings.hasHints,
      })
    : result

/** Answers a call with an entry of the store. */
export const serve = (lane: Lane, call: Call, entry: Entry, now: number, tier: string): Result => {
  const isFresh = now < entry.freshUntil
  const { counters } = lane
  if (isFresh) counters.hits += 1
  else counters.stale += 1
  counters.savedMs += entry.loadMs
  if (events.hasSubscribers) {
    events.publish({
      type: isFresh ? 'cache.hit' : 'cache.stale',
      operation: lane.operation,
      tier,
      ageMs: now - entry.storedAt,
      savedMs: entry.loadMs,
    })
  }
  return present(lane, call, entry, now)
}
