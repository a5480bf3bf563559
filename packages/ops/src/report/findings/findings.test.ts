import { describe, expect, it } from 'vitest'
import { CallRecord } from '../../calls/callRecord.ts'
import type { SpanKind } from '../../calls/spans.ts'
import type { Finding } from '../finding.ts'
import { OperationRecord } from '../operationRecord.ts'
import { ofCaches } from './caches.ts'
import { ofLimits } from './limits.ts'
import { ofOperations } from './operations.ts'
import { ofProcess } from './process.ts'

/** An operation of so many calls of a second each, and what each did of it. */
const operation = (
  calls: number,
  did: { readonly [Kind in SpanKind]?: number } = {},
  cache?: CallRecord['cache'],
): OperationRecord => {
  const made = new OperationRecord('tools/call x')
  for (let n = 0; n < calls; n += 1) {
    const record = new CallRecord('tools/call x', 0)
    record.cache = cache
    let at = 0
    for (const [kind, ms] of Object.entries(did)) record.spans.add(kind as SpanKind, ms, (at += ms))
    made.add(record, 1000, false)
  }
  return made
}

const kinds = (findings: readonly Finding[]): string[] => findings.map(({ kind }) => kind)

describe('a slow operation', () => {
  it.each([
    ['in its handler', 60, { database: 400 }, undefined],
    ['waiting for a connection', 90, { poolWait: 900 }, undefined],
    ['in the database', 70, { database: 700, poolWait: 100 }, undefined],
    ['in requests over HTTP', 80, { http: 800 }, undefined],
    ['in the cache', 100, {}, 'hit' as const],
    ['waiting for what another call loads', 100, {}, 'joined' as const],
    ['in a queue', 60, { queue: 600 }, undefined],
  ])('spends its time %s', (part, percent, did, cache) => {
    const slow = operation(5, did, cache)
    const [found] = ofOperations([slow], 500)
    expect(found).toMatchObject({ kind: 'slowOperation', of: 'tools/call x', value: 1000 })
    expect(found?.text).toBe(
      `95 of 100 calls take up to 1 s; 100 % of all time goes there, ${percent} % of it ${part}.`,
    )
  })

  it('is none that is quick, or of which there are too few calls', () => {
    expect(ofOperations([operation(5)], 1001)).toEqual([])
    expect(ofOperations([operation(4)], 500)).toEqual([])
  })
})

describe('calls that repeat', () => {
  const asked = (result: (n: number) => string | undefined, keys: number): readonly Finding[] => {
    const one = operation(20)
    for (let n = 0; n < 20; n += 1) one.asked.add(`key ${n % keys}`, result(n), n * 1000, 1)
    return ofOperations([one], Infinity)
  }

  it('are told of when they get the same answer', () => {
    expect(asked(() => 'same', 4)).toMatchObject([{ kind: 'repeats', value: 0.8 }])
    expect(asked(() => 'same', 4)[0]?.recommendation).toContain('comes again after 4 s')
  })

  it('are not when they get another answer each time, fail, or are few', () => {
    expect(asked((n) => `${n}`, 4)).toEqual([])
    expect(asked(() => undefined, 4)).toEqual([])
    expect(asked(() => 'same', 20)).toEqual([])
  })
})

describe('a cache', () => {
  const loads = (count: number, result: (n: number) => string, keys = 1): OperationRecord => {
    const one = operation(count, {}, 'miss')
    for (let n = 0; n < count; n += 1) one.loaded.add(`key ${n % keys}`, result(n), n * 1000, 1000)
    return one
  }

  it('of too few entries loads what it had', () => {
    expect(kinds(ofCaches([loads(30, () => 'same', 5)], 25))).toEqual(['cacheTooSmall'])
  })

  it('whose entries live too short loads the same again', () => {
    const [found] = ofCaches([loads(30, () => 'same')], 0)
    expect(found).toMatchObject({ kind: 'ttlTooShort', value: 1000 })
    expect(found?.recommendation).toContain('a ttlMs of 5000')
  })

  it('that loads something new each time is only told of when many got the old', () => {
    const one = loads(30, (n) => `${n}`)
    expect(kinds(ofCaches([one], 0))).toEqual([])
    one.hits = 300
    expect(kinds(ofCaches([one], 0))).toEqual(['ttlTooLong'])
  })

  it('that shares loads among callers who come at once is of use', () => {
    const one = loads(20, (n) => `${n}`, 20)
    expect(kinds(ofCaches([one], 0))).toEqual(['uselessCache'])
    one.joined = 10
    expect(kinds(ofCaches([one], 0))).toEqual([])
  })
})

describe('a limit', () => {
  const queue = { queue: 'q', started: 100, waitMs: 0, rejected: 0, limit: 40, peak: 4, depth: 0 }
  const pool = { pool: 'p', limit: 40, peak: 4, waiting: 0, samples: 9, fullSamples: 0 }

  it('that is never reached is told of, and one that is nearly reached or unlimited is not', () => {
    expect(kinds(ofLimits([pool], [queue]))).toEqual(['poolTooBig', 'limitNeverReached'])
    expect(ofLimits([{ ...pool, peak: 20 }], [{ ...queue, peak: 20 }])).toEqual([])
    expect(ofLimits([{ ...pool, limit: 4, peak: 1 }], [{ ...queue, limit: Infinity }])).toEqual([])
    expect(ofLimits([], [{ ...queue, started: 3 }])).toEqual([])
    expect(ofLimits([{ ...pool, samples: 2 }], [])).toEqual([])
  })

  it('that callers wait for is told of', () => {
    expect(kinds(ofLimits([{ ...pool, peak: 40, waiting: 7, fullSamples: 2 }], []))).toEqual(['poolTooSmall'])
    expect(kinds(ofLimits([], [{ ...queue, waitMs: 100_000, depth: 9 }]))).toEqual(['queueWaits'])
    expect(kinds(ofLimits([], [{ ...queue, rejected: 1 }]))).toEqual(['queueWaits'])
  })
})

describe('a process', () => {
  const cpu = { shares: {} as never, functions: [], busiest: [] }
  const grown = (name: string, grewObjects: number) => ({ name, objects: 9000, bytes: 9, grewObjects, grewBytes: 9000 })

  it('grows by classes, not by what V8 keeps or by little', () => {
    const classes = [
      grown('Session', 500),
      grown('(string)', 5000),
      grown('system / Map', 5000),
      grown('Few', 49),
      grown('Rare', 51),
    ]
    expect(ofProcess({ calls: 2000, loopDelayP99Ms: 0, cpu, classes })).toMatchObject([{ of: 'Session', value: 0.25 }])
  })

  it.each([
    ['own', 0.6, 'blocker', 'blocker (a.js:1) computed for 60 % of the time.', 'workers()'],
    ['libraries', 0.6, 'blocker', 'blocker (a.js:1) computed for 60 % of the time.', 'who calls it'],
    ['gc', 0.5, 'blocker', 'blocker (a.js:1) computed for 50 % of the time.', 'garbage'],
    ['own', 0.01, 'event loop', 'no single function stands out in the 70 % of the time', 'other work'],
  ] as const)('that is late names what computed most, of %s, when that is much', (owner, share, of, text, helps) => {
    const shares = { idle: 0.3 } as never
    const busy = { shares, functions: [], busiest: [{ name: 'blocker', at: 'a.js:1', owner, share }] }
    const [found] = ofProcess({ calls: 0, loopDelayP99Ms: 80, cpu: busy, classes: undefined })
    expect(found).toMatchObject({ kind: 'loopBlocked', of, value: 80 })
    expect(found?.text).toBe(
      `One of 100 turns of the event loop was 80 ms late; ${text}${of === 'blocker' ? '' : ' that was computed.'}`,
    )
    expect(found?.recommendation).toContain(helps)
  })

  it('that is late says so also where nothing was seen to compute', () => {
    const [found] = ofProcess({
      calls: 0,
      loopDelayP99Ms: 80,
      cpu: { ...cpu, shares: { idle: 1 } as never },
      classes: [],
    })
    expect(found).toMatchObject({ kind: 'loopBlocked', of: 'event loop' })
  })
})
