import { describe, expect, it } from 'vitest'
import { frameOf } from '../sampling/frame.ts'
import type { Frame } from '../sampling/frame.ts'
import { periods, together } from '../sampling/period.ts'
import { fixed } from '../sampling/readings.ts'
import type { Reading } from '../sampling/readings.ts'
import { errorsOf } from './errors.ts'
import { breakersOf, limitsOf, poolsOf, queuesOf, tiersOf } from './parts.ts'

type Lines = { readonly [metric: string]: ReadonlyArray<readonly [labels: Reading['labels'], value: number]> }

const frame = (lines: Lines, at = 0): Frame =>
  frameOf(
    fixed(
      new Map(Object.entries(lines).map(([name, all]) => [name, all.map(([labels, value]) => ({ labels, value }))])),
    ),
    at,
  )

const none = frame({})

describe('what the panels show', () => {
  it('is empty where nobody has said anything', () => {
    for (const of of [breakersOf, limitsOf, poolsOf, queuesOf, tiersOf]) expect(of(none, none)).toEqual([])
  })

  it('has the queue without the numbers that nobody watches, and no limit where there is none', () => {
    const queues = queuesOf(
      frame({
        queue_depth: [
          [{ queue: 'a' }, 3],
          [{ queue: 'b' }, 0],
        ],
        queue_limit: [
          [{ queue: 'a' }, 8],
          [{ queue: 'b' }, Infinity],
        ],
        queue_in_flight: [[{ queue: 'b' }, 2]],
        queue_rejected_total: [
          [{ queue: 'a', reason: 'full' }, 5],
          [{ queue: 'a', reason: 'deadline' }, 1],
        ],
      }),
      frame({ queue_rejected_total: [[{ queue: 'a', reason: 'full' }, 4]] }),
    )
    expect(queues).toEqual([
      { queue: 'a', depth: 3, inFlight: undefined, limit: 8, rejected: 2 },
      { queue: 'b', depth: 0, inFlight: 2, limit: undefined, rejected: 0 },
    ])
  })

  it('has rate limits that refuse, and those that hold back', () => {
    const now = frame({
      rate_limit_rejected_total: [[{ rate_limit: 'a' }, 4]],
      rate_limit_waiting: [[{ rate_limit: 'b' }, 2]],
    })
    expect(limitsOf(now, none)).toEqual([
      { limit: 'b', waiting: 2, rejected: 0 },
      { limit: 'a', waiting: 0, rejected: 4 },
    ])
  })

  it('has pools of one name apart by their kind', () => {
    const pools = poolsOf(
      frame({
        mcp_pool_total_connections: [
          [{ pool: 'a', kind: 'postgres' }, 3],
          [{ pool: 'a', kind: 'http' }, 1],
        ],
        mcp_pool_active_connections: [[{ pool: 'a', kind: 'http' }, 1]],
      }),
      none,
    )
    expect(pools.map(({ kind, active }) => [kind, active])).toEqual([
      ['postgres', undefined],
      ['http', 1],
    ])
  })

  it('has the breakers that refuse first', () => {
    const state = (key: string, state: string, value: number) => [{ breaker: 'x', key, state }, value] as const
    const breakers = breakersOf(
      frame({
        mcp_breaker_state: [
          state('a', 'closed', 1),
          state('a', 'open', 0),
          state('b', 'closed', 0),
          state('b', 'open', 1),
        ],
        mcp_breaker_rejected_total: [[{ breaker: 'x', key: 'b', state: 'open' }, 2]],
      }),
      none,
    )
    expect(breakers).toEqual([
      { breaker: 'x', key: 'b', state: 'open', isMixed: false, rejected: 2 },
      { breaker: 'x', key: 'a', state: 'closed', isMixed: false, rejected: 0 },
    ])
  })
})

describe('errors by kind', () => {
  const calls = (rejected: number, failed: number): Lines[string] => [
    [{ operation: 'a', outcome: 'rejected' }, rejected],
    [{ operation: 'a', outcome: 'failed' }, failed],
  ]
  const at = (rejected: number, failed: number, lines: Lines = {}): Frame => {
    const counted = calls(rejected, failed).map(([labels, value]) => ({
      labels,
      value,
      metricName: 'mcp_request_duration_seconds_count',
    }))
    const rest = Object.entries(lines).map(
      ([name, all]) => [name, all.map(([labels, value]) => ({ labels, value }))] as const,
    )
    return frameOf(fixed(new Map([['mcp_request_duration_seconds', counted], ...rest])), 0)
  }
  const kinds = (now: Frame, ago: Frame, earlier?: Frame) =>
    errorsOf(together(periods(now, ago).values(), 60), earlier && together(periods(ago, earlier).values(), 60), [
      now,
      ago,
      earlier,
    ])

  it('tell the reasons after what they are reasons of, and compare with the minute before', () => {
    const refused = (full: number) => ({ queue_rejected_total: [[{ queue: 'q', reason: 'full' }, full]] }) as Lines
    const found = kinds(at(9, 10, refused(8)), at(5, 1, refused(4)), at(2, 1, refused(1)))
    expect(found.map(({ kind, of, count, before }) => [kind, of, count, before])).toEqual([
      ['failed', undefined, 9, 0],
      ['rejected', undefined, 4, 3],
      ['queue: full', 'rejected', 4, 3],
    ])
  })

  it('say nothing of a minute before that was none, and add up what is counted by operation', () => {
    const timeouts: Lines = {
      mcp_timeouts_total: [
        [{ operation: 'a' }, 2],
        [{ operation: 'b' }, 3],
      ],
    }
    expect(kinds(at(0, 0, timeouts), at(0, 0))).toMatchObject([{ kind: 'timeout', count: 5, before: undefined }])
    expect(kinds(at(0, 0, timeouts), at(0, 0, timeouts), at(0, 0))).toMatchObject([
      { kind: 'timeout', count: 0, before: 5 },
    ])
  })
})
