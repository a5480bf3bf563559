import { expect, it } from 'vitest'
import type { OpsReport } from './report.ts'
import { reportText } from './reportText.ts'

const time = { queueMs: 100, cacheMs: 0, joinedMs: 0, poolWaitMs: 0, databaseMs: 300, httpMs: 0, handlerMs: 600 }
const shares = { own: 0.25, sdk: 0.125, millrace: 0, drivers: 0, libraries: 0, node: 0.1, gc: 0.025, idle: 0.5 }
const report: OpsReport = {
  at: 0,
  tookMs: 30_000,
  calls: 12,
  findings: [
    { kind: 'poolTooBig', of: 'db', text: 'Of 40 at most 2 were in use.', recommendation: 'Take 3.', value: 0.05 },
  ],
  time,
  sdkCpuMs: 3750,
  cpu: { shares, functions: [{ name: 'primes', at: 'file:///app/a.ts:3', owner: 'own', share: 0.2 }], busiest: [] },
  loopDelayP99Ms: 12.34,
  operations: [
    {
      operation: 'tools/call a',
      calls: 12,
      failed: 1,
      p50Ms: 1.234,
      p95Ms: 150_000,
      maxMs: 4,
      share: 1,
      time,
      hits: 0,
      misses: 0,
    },
  ],
  slowCalls: [
    {
      id: 2,
      at: 1,
      operation: 'tools/call a',
      outcome: 'ok',
      tookMs: 1000,
      time,
      besides: 3,
      traceId: undefined,
      cpu: {
        coveredMs: 1000,
        shares,
        functions: [{ name: 'primes', at: 'file:///app/a.ts:3', owner: 'own', share: 0.25 }],
      },
    },
    {
      id: 1,
      at: 0,
      operation: 'tools/list',
      outcome: 'ok',
      tookMs: 1000,
      time,
      besides: 0,
      traceId: undefined,
      cpu: undefined,
    },
  ],
  pools: [],
  queues: [],
  memory: {
    heapUsedBytes: 104_857_600,
    grewBytes: 1_048_576,
    classes: [{ name: 'Session', objects: 900, bytes: 9, grewObjects: 700, grewBytes: 524_288 }],
  },
}

it('a report reads well in a terminal', () => {
  expect(reportText(report)).toBe(`12 calls in 30 s.

db: Of 40 at most 2 were in use.
  → Take 3.

Where the time of calls went:
  in queues and rate limits: 100 ms, 10 %
  in calls that the cache answered: 0 ms, 0 %
  in calls that got what another had loaded: 0 ms, 0 %
  waiting for connections: 0 ms, 0 %
  in the database: 300 ms, 30 %
  in requests over HTTP: 0 ms, 0 %
  in handlers, and the SDK around them: 600 ms, 60 %
  of that, and before and after, the SDK computed for 3.8 s

The main thread computed 50 % of 30 s; 99 of 100 of its turns were at most 12.3 ms late:
  own: 25 %
  sdk: 12.5 %
  node: 10 %
  gc: 2.5 %
  20 % in primes (file:///app/a.ts:3)

operation     calls  failed  p50     p95      of all time
tools/call a  12     1       1.2 ms  2.5 min  100 %

The last slow calls:
  tools/call a took 1 s: 60 % in handlers, and the SDK around them, 30 % in the database, 10 % in queues and rate limits; 3 others ran beside it
    meanwhile the main thread computed 50 % of the time, 25 % in primes (file:///app/a.ts:3)
  tools/list took 1 s: 60 % in handlers, and the SDK around them, 30 % in the database, 10 % in queues and rate limits; 0 others ran beside it

The heap holds 100 MB, 1 MB more than before.
  Session: 700 more, 0.50 MB
`)
})
