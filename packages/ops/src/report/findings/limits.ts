import { duration, percent } from '../finding.ts'
import type { Finding } from '../finding.ts'
import type { PoolRecord } from '../poolSamples.ts'
import type { QueueRecord } from '../queueRecords.ts'

/** Pools that are too big or too small, and queues whose limit is never reached or is reached all the time. */
export const ofLimits = (pools: readonly PoolRecord[], queues: readonly QueueRecord[]): readonly Finding[] => [
  ...pools.flatMap(poolFinding),
  ...queues.flatMap(queueFinding),
]

const poolFinding = ({ pool, limit, peak, waiting, samples, fullSamples }: PoolRecord): readonly Finding[] => {
  if (fullSamples > 0) {
    const text = `In ${fullSamples} of ${samples} looks all of its ${limit} connections were in use, and up to ${waiting} callers waited.`
    const recommendation = `If the database has room, give it ${limit + Math.max(1, Math.ceil(waiting / 2))}; else put a queue() in front of it.`
    return [{ kind: 'poolTooSmall', of: pool, text, recommendation, value: waiting }]
  }
  if (limit < smallest || samples < fewestSamples || peak > limit * unusedRatio) return []
  const text = `Of ${limit} connections at most ${peak} were seen in use at once, ${percent(peak / limit)}.`
  const recommendation = `If this was its busiest time, ${Math.max(2, Math.ceil(peak * 1.5))} would do; each costs the database memory.`
  return [{ kind: 'poolTooBig', of: pool, text, recommendation, value: peak / limit }]
}

const queueFinding = ({ queue, limit, peak, depth, started, waitMs, rejected }: QueueRecord): readonly Finding[] => {
  if (started < fewest) return []
  if (rejected > 0 || waitMs / started > longWaitMs) {
    const text = `${started} calls waited ${duration(waitMs / started)} on average, up to ${depth} at once, and ${rejected} were refused.`
    const recommendation = `Raise its limit of ${limit} if processor and pools have room; else there is more work than the server does.`
    return [{ kind: 'queueWaits', of: queue, text, recommendation, value: waitMs / started }]
  }
  if (!Number.isFinite(limit) || limit < smallest || depth > 0 || peak > limit * unusedRatio) return []
  const text = `Of ${limit} slots at most ${peak} were taken at once in ${started} calls.`
  const recommendation = `If you have set it, and this was its busiest time, it protects nothing: ${Math.max(2, peak * 2)} would leave as much room again.`
  return [{ kind: 'limitNeverReached', of: queue, text, recommendation, value: peak / limit }]
}

const smallest = 5
const fewest = 20
const fewestSamples = 4
const unusedRatio = 0.3
const longWaitMs = 50
