import type { Frame } from '../sampling/frame.ts'
import { rises } from '../sampling/period.ts'
import { label, sums, total } from '../sampling/readings.ts'
import type { Reading } from '../sampling/readings.ts'

/** One place where results are kept. */
export interface TierView {
  readonly tier: string
  readonly entries: number
  readonly bytes: number | undefined
  /** Entries dropped in the last minute for want of room. */
  readonly evicted: number
}

export interface QueueView {
  readonly queue: string
  readonly depth: number
  /** Undefined when nobody watches it. */
  readonly inFlight: number | undefined
  /** Undefined when it has none. */
  readonly limit: number | undefined
  /** In the last minute. */
  readonly rejected: number
}

export interface LimitView {
  readonly limit: string
  readonly waiting: number
  /** In the last minute. */
  readonly rejected: number
}

export interface BreakerView {
  readonly breaker: string
  /** Which of its circuits. */
  readonly key: string
  readonly state: string
  /** Whether it is in another one in other processes. */
  readonly isMixed: boolean
  /** Calls refused in the last minute. */
  readonly rejected: number
}

export interface PoolView {
  readonly pool: string
  readonly kind: string
  readonly total: number
  /** Undefined when nobody watches it. */
  readonly active: number | undefined
  readonly limit: number | undefined
  readonly waiting: number
  /** Callers that got no connection in the last minute. */
  readonly exhausted: number
}

/** What there is of a metric by one of its labels, and how much that has risen in the last minute. */
const risen = (metric: string, by: string, frame: Frame, minuteAgo: Frame): Map<string, number> =>
  rises(sums(frame.readings.of(metric), by), sums(minuteAgo.readings.of(metric), by))

export const tiersOf = (frame: Frame, minuteAgo: Frame): TierView[] => {
  const bytes = sums(frame.readings.of('mcp_cache_bytes'), 'cache_level')
  const evicted = risen('mcp_cache_evictions_total', 'cache_level', frame, minuteAgo)
  return Array.from(sums(frame.readings.of('mcp_cache_entries'), 'cache_level'), ([tier, entries]) => ({
    tier,
    entries,
    bytes: bytes.get(tier),
    evicted: evicted.get(tier) ?? 0,
  }))
}

export const queuesOf = (frame: Frame, minuteAgo: Frame): QueueView[] => {
  const inFlight = sums(frame.readings.of('queue_in_flight'), 'queue')
  const limits = sums(frame.readings.of('queue_limit'), 'queue')
  const rejected = risen('queue_rejected_total', 'queue', frame, minuteAgo)
  return Array.from(sums(frame.readings.of('queue_depth'), 'queue'), ([queue, depth]) => ({
    queue,
    depth,
    inFlight: inFlight.get(queue),
    limit: finite(limits.get(queue)),
    rejected: rejected.get(queue) ?? 0,
  }))
}

export const limitsOf = (frame: Frame, minuteAgo: Frame): LimitView[] => {
  const waiting = sums(frame.readings.of('rate_limit_waiting'), 'rate_limit')
  const rejected = risen('rate_limit_rejected_total', 'rate_limit', frame, minuteAgo)
  return [...new Set([...waiting.keys(), ...rejected.keys()])].map((limit) => ({
    limit,
    waiting: waiting.get(limit) ?? 0,
    rejected: rejected.get(limit) ?? 0,
  }))
}

export const breakersOf = (frame: Frame, minuteAgo: Frame): BreakerView[] => {
  const refused = ({ readings }: Frame, of: Reading): number =>
    total(readings.of('mcp_breaker_rejected_total').filter((line) => same(line, of, 'breaker', 'key')))
  const found = frame.readings.of('mcp_breaker_state').filter(({ value }) => value === 1)
  // Several processes may have it in several states: the worst is shown, and that it is another elsewhere.
  const ranked = found.toSorted((a, b) => severity.indexOf(label(b, 'state')) - severity.indexOf(label(a, 'state')))
  return ranked
    .filter((line, index) => ranked.findIndex((one) => same(one, line, 'breaker', 'key')) === index)
    .map((line) => ({
      breaker: label(line, 'breaker'),
      key: label(line, 'key'),
      state: label(line, 'state'),
      isMixed: found.filter((one) => same(one, line, 'breaker', 'key')).length > 1,
      rejected: Math.max(0, refused(frame, line) - refused(minuteAgo, line)),
    }))
    .sort((a, b) => Number(a.state === 'closed') - Number(b.state === 'closed') || b.rejected - a.rejected)
}

const severity: readonly string[] = ['closed', 'disabled', 'observing', 'halfOpen', 'open', 'isolated']

export const poolsOf = (frame: Frame, minuteAgo: Frame): PoolView[] => {
  const of = (metric: string, one: Reading): number | undefined =>
    frame.readings.of(metric).find((line) => same(line, one, 'pool', 'kind'))?.value
  const exhausted = risen('mcp_pool_exhausted_total', 'pool', frame, minuteAgo)
  return frame.readings.of('mcp_pool_total_connections').map((line) => ({
    pool: label(line, 'pool'),
    kind: label(line, 'kind'),
    total: line.value,
    active: of('mcp_pool_active_connections', line),
    limit: finite(of('mcp_pool_limit', line)),
    waiting: of('mcp_pool_waiting', line) ?? 0,
    exhausted: exhausted.get(label(line, 'pool')) ?? 0,
  }))
}

/** Whether two lines have the same values of some labels. */
const same = (a: Reading, b: Reading, ...names: readonly string[]): boolean =>
  names.every((name) => a.labels[name] === b.labels[name])

/** Calls that have no answer yet. */
export const inFlightOf = (frame: Frame): number => total(frame.readings.of('concurrent_requests'))

/** Calls that wait in any queue. */
export const waitingOf = (frame: Frame): number => total(frame.readings.of('queue_depth'))

const finite = (value: number | undefined): number | undefined => (Number.isFinite(value) ? value : undefined)
