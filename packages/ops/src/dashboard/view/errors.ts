import type { Frame } from '../sampling/frame.ts'
import { rises } from '../sampling/period.ts'
import type { Period } from '../sampling/period.ts'
import { sums } from '../sampling/readings.ts'

/** One kind of what did not go well, or only with effort. */
export interface ErrorKind {
  /** For instance `failed`, or `queue: full`. */
  readonly kind: string
  /** What it means, in a sentence. */
  readonly meaning: string
  /** How often in the last minute. */
  readonly count: number
  /** How often in the minute before; undefined when there was none. */
  readonly before: number | undefined
  /** The outcome that it is a reason of, which is told first; undefined when it is none. */
  readonly of: string | undefined
  /** Whether its caller did without an answer, or got one that says no. */
  readonly isLoss: boolean
}

/** The kinds that were there in one of the two minutes, most frequent first. */
export const errorsOf = (
  now: Period,
  before: Period | undefined,
  frames: readonly [frame: Frame, minuteAgo: Frame, earlier: Frame | undefined],
): ErrorKind[] => {
  const outcomes = Object.entries(outcomeMeanings).map(([outcome, meaning]) => ({
    kind: outcome,
    of: undefined,
    meaning,
    count: now.outcomes.get(outcome) ?? 0,
    before: before && (before.outcomes.get(outcome) ?? 0),
    isLoss: outcome !== 'cancelled',
  }))
  const reasons = counters.flatMap(({ metric, by, kind, of, meaning, isLoss }) => {
    const [ofNow, ofBefore] = risesOf(metric, by, frames)
    return Array.from(ofNow, ([value, count]) => ({
      kind: by === 'operation' ? kind : `${kind}: ${value}`,
      of,
      meaning,
      count,
      before: ofBefore && (ofBefore.get(value) ?? 0),
      isLoss,
    }))
  })
  const there = merged([...outcomes, ...reasons])
    .filter(({ count, before = 0 }) => count > 0 || before > 0)
    .sort((a, b) => b.count - a.count || (b.before ?? 0) - (a.before ?? 0))
  const kinds = new Set(there.map(({ kind }) => kind))
  const isReason = ({ of }: ErrorKind): boolean => of !== undefined && kinds.has(of)
  return there
    .flatMap((one) => (isReason(one) ? [] : [one, ...there.filter((reason) => reason.of === one.kind)]))
    .slice(0, maxKinds)
}

const risesOf = (
  metric: string,
  by: string,
  [frame, minuteAgo, earlier]: readonly [Frame, Frame, Frame | undefined],
): [Map<string, number>, Map<string, number> | undefined] => {
  const at = (one: Frame) => sums(one.readings.of(metric), by)
  return [rises(at(frame), at(minuteAgo)), earlier && rises(at(minuteAgo), at(earlier))]
}

/** Kinds of the same name as one: those that are counted by operation. */
const merged = (kinds: readonly ErrorKind[]): ErrorKind[] => {
  const byName = new Map<string, ErrorKind>()
  for (const one of kinds) {
    const known = byName.get(one.kind)
    const before = known?.before === undefined ? one.before : known.before + (one.before ?? 0)
    byName.set(one.kind, { ...one, count: one.count + (known?.count ?? 0), before })
  }
  return [...byName.values()]
}

const outcomeMeanings: { readonly [outcome: string]: string } = {
  toolError: 'The tool answered that it could not do it.',
  failed: 'The handler threw.',
  rejected: 'Refused before the handler ran.',
  abandoned: 'Given up while the handler ran.',
  cancelled: 'The caller has gone.',
}

const counters = [
  {
    metric: 'queue_rejected_total',
    by: 'reason',
    kind: 'queue',
    of: 'rejected',
    meaning: 'Refused by a queue.',
    isLoss: true,
  },
  {
    metric: 'rate_limit_rejected_total',
    by: 'rate_limit',
    kind: 'rate limit',
    of: 'rejected',
    meaning: 'Came too early.',
    isLoss: true,
  },
  {
    metric: 'mcp_breaker_rejected_total',
    by: 'state',
    kind: 'breaker',
    of: 'rejected',
    meaning: 'Refused by a breaker.',
    isLoss: true,
  },
  {
    metric: 'mcp_timeouts_total',
    by: 'operation',
    kind: 'timeout',
    of: 'abandoned',
    meaning: 'Took too long.',
    isLoss: true,
  },
  {
    metric: 'mcp_pool_exhausted_total',
    by: 'pool',
    kind: 'pool',
    of: undefined,
    meaning: 'Got no connection.',
    isLoss: true,
  },
  {
    metric: 'mcp_edge_refused_total',
    by: 'status',
    kind: 'HTTP',
    of: undefined,
    meaning: 'Refused at the edge.',
    isLoss: true,
  },
  {
    metric: 'redis_failures_total',
    by: 'connection',
    kind: 'Redis',
    of: undefined,
    meaning: 'A command failed.',
    isLoss: false,
  },
  {
    metric: 'mcp_retries_total',
    by: 'operation',
    kind: 'retried',
    of: undefined,
    meaning: 'Tried again.',
    isLoss: false,
  },
  {
    metric: 'mcp_hedges_total',
    by: 'operation',
    kind: 'hedged',
    of: undefined,
    meaning: 'Asked twice, being slow.',
    isLoss: false,
  },
  {
    metric: 'mcp_fallbacks_total',
    by: 'result',
    kind: 'fallback',
    of: undefined,
    meaning: 'Got a substitute.',
    isLoss: false,
  },
] as const

const maxKinds = 12
