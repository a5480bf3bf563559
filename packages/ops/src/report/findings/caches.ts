import { duration, percent } from '../finding.ts'
import type { Finding } from '../finding.ts'
import type { OperationRecord } from '../operationRecord.ts'

/** Caches that spare nothing, and entries that live too short or too long. */
export const ofCaches = (operations: readonly OperationRecord[], evictions: number): readonly Finding[] => [
  ...operations.flatMap((one) => [...useless(one), ...lifetimes(one, evictions)]),
  ...tooSmall(operations, evictions),
]

const useless = ({ operation, hits, misses, joined, loaded }: OperationRecord): readonly Finding[] => {
  const lookups = hits + misses + joined
  if (lookups < fewest || hits + joined > lookups * uselessRatio || loaded.again > misses * againRatio) return []
  const text = `The cache answered ${hits + joined} of ${lookups} lookups, ${percent((hits + joined) / lookups)}: ${loaded.keys} different things were asked.`
  const recommendation =
    'Do not cache it, or let fewer things tell entries apart: arguments that do not matter, scope, varyBy.'
  return [{ kind: 'uselessCache', of: operation, text, recommendation, value: (hits + joined) / lookups }]
}

const lifetimes = ({ operation, misses, hits, loaded }: OperationRecord, evictions: number): readonly Finding[] => {
  const { again, unchanged, againMs, gapMs = 0 } = loaded
  if (again < fewestLoads || again < misses * againRatio || evictions > again * againRatio) return []
  const same = unchanged / again
  if (same >= sameRatio) {
    const text = `${again} of ${misses} loads brought what had been there before in ${percent(same)} of the cases; they took ${duration(againMs)}. The same is loaded again every ${duration(gapMs)}.`
    const recommendation = `Let it live longer: a ttlMs of ${Math.ceil(gapMs * 5)} would spare four of five of these loads.`
    return [{ kind: 'ttlTooShort', of: operation, text, recommendation, value: gapMs }]
  }
  if (same > 1 - sameRatio || hits < again) return []
  const text = `${percent(1 - same)} of ${again} loads brought something new, every ${duration(gapMs)}, and ${hits} calls got what was cached meanwhile: it was probably out of date.`
  const recommendation = 'Let it live for less long, or drop it when it changes: tags and invalidate().'
  return [{ kind: 'ttlTooLong', of: operation, text, recommendation, value: gapMs }]
}

const tooSmall = (operations: readonly OperationRecord[], evictions: number): readonly Finding[] => {
  const misses = operations.reduce((sum, one) => sum + one.misses, 0)
  const again = operations.reduce((sum, one) => sum + one.loaded.again, 0)
  if (evictions < fewest || again < misses * againRatio) return []
  const text = `${evictions} entries were dropped for want of room, and ${again} of ${misses} loads brought back what had been there.`
  return [
    {
      kind: 'cacheTooSmall',
      of: 'cache',
      text,
      recommendation: 'Give the store more entries or bytes.',
      value: evictions,
    },
  ]
}

const fewest = 20
const fewestLoads = 10
const uselessRatio = 0.05
const againRatio = 0.3
const sameRatio = 0.9
