import { describe, expect, it } from 'vitest'
import type { Breach } from '../targets.ts'
import { Alerts } from './alerts.ts'
import type { Watched } from './alerts.ts'

const well: Watched = {
  at: 1_000,
  server: {
    name: 'x',
    pid: 1,
    node: 'v24',
    uptimeSeconds: 1,
    ready: true,
    state: 'ready',
    intervalMs: 2_000,
    canAct: false,
    canSwitch: false,
  },
  now: {
    seconds: 60,
    calls: 100,
    rate: 1,
    p50Ms: 1,
    p95Ms: 2,
    p99Ms: 3,
    successRatio: 1,
    hitRatio: 0.5,
    savedSeconds: 0,
  },
  before: undefined,
  inFlight: 0,
  targets: {},
  tools: [],
  moreTools: 0,
  errors: [],
  tiers: [],
  queues: [{ queue: 'tools', depth: 0, inFlight: 1, limit: 8, rejected: 0 }],
  limits: [],
  breakers: [{ breaker: 'breaker', key: 'weather', state: 'closed', isMixed: false, rejected: 0 }],
  pools: [{ pool: 'db', kind: 'postgres', total: 10, active: 9, limit: 10, waiting: 0, exhausted: 0 }],
  process: {
    cpuPercent: 10,
    rssBytes: 1e8,
    heapUsedBytes: 5e7,
    heapTotalBytes: 6e7,
    heapLimitBytes: 1e9,
    externalBytes: 1e6,
    loopUtilization: 0.1,
    loopDelayP99Ms: 2,
    loopDelayMaxMs: 5,
  },
  slow: undefined,
  checks: { db: { status: 'healthy', elapsedMs: 1, checkedAt: 1 } },
  workers: undefined,
}

const pool = well.pools[0]!

const worker = {
  worker: 2,
  pid: 7,
  state: 'ready',
  fault: undefined,
  uptimeSeconds: 1,
  rate: undefined,
  inFlight: 0,
  process: undefined,
} as const

const cases: ReadonlyArray<readonly [string, Partial<Watched>, string, 'warning' | 'critical']> = [
  [
    'a check',
    { checks: { db: { status: 'unhealthy', detail: 'No route.', elapsedMs: 1, checkedAt: 1 } } },
    'db is unhealthy. No route.',
    'critical',
  ],
  ['a check', { checks: { db: { status: 'degraded', elapsedMs: 1, checkedAt: 1 } } }, 'db is degraded.', 'warning'],
  [
    'a breaker',
    { breakers: [{ breaker: 'breaker', key: 'weather', state: 'isolated', isMixed: false, rejected: 0 }] },
    'The breaker of weather is isolated.',
    'critical',
  ],
  [
    'a breaker',
    { breakers: [{ breaker: 'breaker', key: 'weather', state: 'open', isMixed: false, rejected: 1 }] },
    'The breaker of weather is open. It refused 1 call in the last minute.',
    'critical',
  ],
  [
    'a pool',
    { pools: [{ ...pool, active: 10, waiting: 2 }] },
    'The pool db uses 10 of 10 connections, and 2 callers wait.',
    'warning',
  ],
  [
    'a worker',
    { workers: [{ ...worker, process: { ...well.process, loopDelayP99Ms: 200, loopDelayMaxMs: 300 } }] },
    'The event loop of worker 2 is up to 300 ms late: something computes for that long.',
    'warning',
  ],
  [
    'a worker',
    { workers: [{ ...worker, process: { ...well.process, heapUsedBytes: 9e8 } }] },
    'The heap of worker 2 is 90.0 % full.',
    'critical',
  ],
  ['a pool', { pools: [{ ...pool, active: 10 }] }, 'The pool db uses 10 of 10 connections.', 'warning'],
  [
    'a pool',
    { pools: [{ ...pool, exhausted: 3 }] },
    'The pool db had no connection for 3 callers in the last minute.',
    'critical',
  ],
  ['a pool', { targets: { poolUseRatio: 0.5 } }, 'The pool db uses 9 of 10 connections.', 'warning'],
  ['durations', { targets: { p95Ms: 1.5 } }, '95 of 100 calls take up to 2.0 ms; the target is 1.5 ms.', 'warning'],
  [
    'success',
    { now: { ...well.now, successRatio: 0.94 }, targets: { successRatio: 0.97 } },
    '94.0 % of the calls go well; the target is 97.0 %.',
    'warning',
  ],
  ['success', { now: { ...well.now, successRatio: 0.5 } }, 'Only 50.0 % of the calls go well.', 'critical'],
  [
    'hits',
    { targets: { hitRatio: 0.7 } },
    'The cache has 50.0 % of what is asked for; the target is 70.0 %.',
    'warning',
  ],
  [
    'a queue',
    { queues: [{ queue: 'tools', depth: 0, inFlight: undefined, limit: undefined, rejected: 2 }] },
    'The queue tools refused 2 calls in the last minute.',
    'warning',
  ],
  [
    'readiness',
    { server: { ...well.server, ready: false, state: 'starting' } },
    'The server takes no calls: it is starting.',
    'warning',
  ],
  [
    'the event loop',
    { process: { ...well.process, loopDelayP99Ms: 150, loopDelayMaxMs: 230 } },
    'The event loop is up to 230 ms late: something computes for that long.',
    'warning',
  ],
  ['the heap', { process: { ...well.process, heapUsedBytes: 9e8 } }, 'The heap is 90.0 % full.', 'critical'],
]

describe('alerts', () => {
  it('are none when all is well, or nothing is known', () => {
    expect(new Alerts().of(well)).toEqual([])
    const unknown = { ...pool, active: undefined, limit: undefined }
    const nothing = { ...well.now, calls: 0, p95Ms: undefined, successRatio: undefined, hitRatio: undefined }
    const targets = { p95Ms: 1, successRatio: 1, hitRatio: 1, poolUseRatio: 0 }
    expect(new Alerts().of({ ...well, pools: [unknown], now: nothing, targets })).toEqual([])
  })

  it.each(cases)('tell of %s', (_what, change, text, severity) => {
    expect(new Alerts().of({ ...well, ...change })).toEqual([{ key: expect.any(String), severity, text, since: 1_000 }])
  })

  it('tell of targets as those say who look further back', () => {
    const breaches: Breach[] = [
      { target: 'p99Ms', goal: 100, value: 412, of: undefined },
      { target: 'poolUseRatio', goal: 0.8, value: 0.9, of: 'atlas' },
      { target: 'successRatio', goal: 0.99, value: 0.9, of: undefined },
    ]
    const found = new Alerts().of({ ...well, targets: { p95Ms: 1, successRatio: 0.99 } }, breaches)
    expect(found.map(({ severity, text }) => [severity, text])).toEqual([
      ['critical', '90.0 % of the calls go well; the target is 99.0 %.'],
      ['warning', '99 of 100 calls take up to 412 ms; the target is 100 ms.'],
      ['warning', 'The pool atlas is used to 90.0 %; the target is 80.0 %.'],
    ])
  })

  it('do not judge success by a few calls', () => {
    expect(new Alerts().of({ ...well, now: { ...well.now, calls: 9, successRatio: 0 } })).toEqual([])
  })

  it('remember since when, and forget what is over', () => {
    const alerts = new Alerts()
    const [slow, full] = [{ targets: { p95Ms: 1 } }, { pools: [{ ...pool, exhausted: 1 }] }]
    alerts.of({ ...well, ...slow, at: 1_000 })
    expect(alerts.of({ ...well, ...slow, ...full, at: 2_000 }).map(({ key, since }) => [key, since])).toEqual([
      ['pool db', 2_000],
      ['target p95Ms', 1_000],
    ])
    alerts.of({ ...well, at: 3_000 })
    expect(alerts.of({ ...well, ...slow, at: 4_000 })[0]?.since).toBe(4_000)
  })
})
