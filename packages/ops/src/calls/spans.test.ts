import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallRecord } from './callRecord.ts'
import { Spans } from './spans.ts'
import type { SpanKind } from './spans.ts'
import { partsOfTime } from './timeSplit.ts'

const total = (spans: Spans): number => Object.values(spans.sums()).reduce((sum, ms) => sum + ms, 0)

describe('the time of a call', () => {
  it('counts once, however many queries run at once', () => {
    const spans = new Spans(0)
    for (let query = 0; query < 20; query += 1) spans.add('database', 100, 100)
    spans.add('database', 50, 130)
    spans.add('http', 40, 160)
    expect(spans.sums()).toEqual({ database: 130, http: 30, poolWait: 0, queue: 0 })
  })

  it('begins with the call, also when what was waited for began before', () => {
    const spans = new Spans(100)
    spans.add('poolWait', 500, 130)
    spans.add('queue', 20, 90)
    expect(spans.sums()).toEqual({ database: 0, http: 0, poolWait: 30, queue: 0 })
  })

  it('is what passed while anything ran, whatever ran when', () => {
    const kind = fc.constantFrom<SpanKind>('database', 'http', 'poolWait', 'queue')
    const span = fc.record({ kind, from: fc.nat(100), took: fc.nat(30) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 250 }), (given) => {
        const spans = new Spans(0)
        const covered = new Set<number>()
        for (const { kind: what, from, took } of given.toSorted((a, b) => a.from + a.took - b.from - b.took)) {
          spans.add(what, took, from + took)
          for (let ms = from; ms < from + took; ms += 1) covered.add(ms)
        }
        expect(total(spans)).toBe(covered.size)
      }),
    )
  })

  it('is never more than has passed, of however many spans', () => {
    const spans = new Spans(0)
    for (let ms = 1; ms <= 5_000; ms += 1) spans.add(ms % 2 === 0 ? 'database' : 'http', 3, ms)
    expect(total(spans)).toBeLessThanOrEqual(5_000)
    expect(total(spans)).toBeGreaterThan(4_900)
  })

  it.each([
    ['hit', 'cacheMs'],
    ['stale', 'cacheMs'],
    ['joined', 'joinedMs'],
    ['miss', 'handlerMs'],
    ['bypassed', 'handlerMs'],
    [undefined, 'handlerMs'],
  ] as const)('of which nobody told is, with %s, %s', (cache, part) => {
    const record = new CallRecord('tools/call a', 0)
    record.cache = cache
    record.spans.add('queue', 40, 40)
    const split = record.split(100)
    expect([split.queueMs, split[part]]).toEqual([40, 60])
    expect(partsOfTime.reduce((sum, name) => sum + split[name], 0)).toBe(100)
  })
})
