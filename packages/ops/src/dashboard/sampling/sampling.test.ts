import { metrics } from '@millrace/metrics'
import { fakeCall, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { frameOf } from './frame.ts'
import { Frames } from './frames.ts'
import { hitRatioOf, periods, quantileMs, successRatioOf, together } from './period.ts'
import { ProcessReader } from './processReading.ts'
import { quantile } from './quantile.ts'
import { fixed, readingsOf } from './readings.ts'
import type { Reading } from './readings.ts'
import { Ring } from './ring.ts'

const emptyFrame = (at: number) => frameOf(fixed(new Map()), at)

describe('a quantile', () => {
  it('is read off the buckets, evenly inside of one', () => {
    expect(quantile(0.5, [0, 10, 0], [1, 2])).toBe(1.5)
    expect(quantile(1, [0, 10, 0], [1, 2])).toBe(2)
    expect(quantile(0.5, [0, 0, 3], [1, 2])).toBe(2)
    expect(quantile(0.5, [0, 0, 0], [1, 2])).toBeUndefined()
  })

  it('lies in the bucket that holds it, and rises with its part', () => {
    const counts = fc.array(fc.nat(50), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(counts, fc.float({ min: 0, max: 1, noNaN: true }), (given, part) => {
        const bounds = given.slice(1).map((_count, index) => (index + 1) * 10)
        const found = quantile(part, given, bounds)
        const count = given.reduce((sum, one) => sum + one, 0)
        if (count === 0) return expect(found).toBeUndefined()
        expect(found).toBeGreaterThanOrEqual(0)
        expect(found).toBeLessThanOrEqual(bounds.at(-1)!)
        expect(quantile(Math.min(1, part + 0.1), given, bounds)).toBeGreaterThanOrEqual(found!)
        const below = given
          .filter((_one, index) => (bounds[index] ?? Infinity) <= found!)
          .reduce((sum, one) => sum + one, 0)
        expect(below).toBeLessThanOrEqual(part * count + 1e-6)
        return undefined
      }),
    )
  })
})

describe('a frame', () => {
  it('has the calls of each operation, all outcomes together, and what the cache did for it', async () => {
    const clock = manualClock()
    const numbers = metrics({ events: false, process: false, buckets: [0.1, 1] })
    const done = async (target: string, ms: number, isError: boolean) => {
      const answer = numbers(
        fakeCall({ target, clock }),
        () => new Promise((end) => clock.after(ms, () => end({ isError, content: [] }))),
      )
      clock.advance(ms)
      await answer
    }
    await done('a', 50, false)
    await done('a', 500, false)
    await done('a', 5_000, true)
    await done('b', 50, false)
    const { operations, bounds } = frameOf(await readingsOf(numbers.registry), 7)
    expect(bounds).toEqual([0.1, 1])
    expect(operations.get('tools/call a')).toEqual({
      outcomes: new Map([
        ['ok', 2],
        ['toolError', 1],
      ]),
      buckets: [1, 1, 1],
      lookups: new Map(),
      savedSeconds: 0,
    })
    expect(operations.get('tools/call b')?.buckets).toEqual([1, 0, 0])
    numbers.close()
  })

  it('is compared with an earlier one; counts that have begun anew are taken as they are', () => {
    const lookups = (hits: number): readonly Reading[] => [
      { labels: { operation: 'a', result: 'hit' }, value: hits },
      { labels: { operation: 'a', result: 'miss' }, value: 1 },
    ]
    const saved: readonly Reading[] = [{ labels: { operation: 'a', cache_level: 'memory' }, value: 2 }]
    const frame = (at: number, hits: number) =>
      frameOf(
        fixed(
          new Map([
            ['mcp_cache_lookups_total', lookups(hits)],
            ['mcp_cache_saved_seconds_total', saved],
          ]),
        ),
        at,
      )
    const found = periods(frame(10_000, 9), frame(0, 6)).get('a')!
    expect(found).toMatchObject({ seconds: 10, calls: 0, savedSeconds: 0 })
    expect(found.lookups).toEqual(
      new Map([
        ['hit', 3],
        ['miss', 0],
      ]),
    )
    expect(hitRatioOf(found)).toBe(1)
    expect(periods(frame(10_000, 2), frame(0, 6)).get('a')!.lookups.get('hit')).toBe(2)
  })

  it('that has nothing says nothing of parts and durations', () => {
    const nothing = together([], 1)
    expect([successRatioOf(nothing), hitRatioOf(nothing), quantileMs(nothing, 0.5, emptyFrame(0))]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('frames', () => {
  it('are some time apart, and kept as long as something is measured from them', () => {
    const frames = new Frames(5_000, 10_000)
    expect(frames.before(0)).toBeUndefined()
    for (let at = 0; at <= 30_000; at += 1_000) frames.add(emptyFrame(at))
    expect(frames.all.map(({ at }) => at)).toEqual([20_000, 25_000, 30_000])
    expect(frames.before(26_000)?.at).toBe(25_000)
    expect(frames.before(0)?.at).toBe(20_000)
  })
})

it('frames find the moment to measure from, whenever they were added', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 200_000 }), (given, ago) => {
      const frames = new Frames(5_000, 60_000)
      let now = 0
      for (const step of given) frames.add(emptyFrame((now += step)))
      const kept = frames.all.map(({ at }) => at)
      expect(kept.length).toBeLessThanOrEqual(60_000 / 5_000 + 2)
      for (const [index, at] of kept.slice(1).entries()) expect(at - kept[index]!).toBeGreaterThanOrEqual(5_000)
      const wanted = kept.findLast((at) => at <= now - ago) ?? kept[0]
      expect(frames.before(now - ago)?.at).toBe(wanted)
      // What is measured over a minute is measured over a minute as soon as there is one.
      const first = given[0]!
      if (now - first >= 80_000) expect(kept[0]).toBeLessThanOrEqual(now - 60_000 + 20_000)
    }),
  )
})

it('a ring keeps the last ones', () => {
  const ring = new Ring<number>(3)
  for (const item of [1, 2, 3, 4, 5]) ring.add(item)
  expect(ring.items).toEqual([3, 4, 5])
})

it('the process is read since it was read before', async () => {
  const reader = new ProcessReader()
  const first = reader.read()
  expect(first.rssBytes).toBeGreaterThan(first.heapUsedBytes)
  expect(first.heapLimitBytes).toBeGreaterThan(first.heapTotalBytes)
  // The event loop's watch begins anew with each reading, and finds out afterwards that it was kept waiting.
  let isBlocked = true
  await vi.waitFor(() => {
    isBlocked = !isBlocked
    if (isBlocked) return block()
    const later = reader.read()
    expect(later.cpuPercent).toBeGreaterThan(0)
    expect(later.loopUtilization).toBeLessThanOrEqual(1)
    return expect(later.loopDelayMaxMs).toBeGreaterThan(20)
  })
  reader.stop()
})

const block = (): never => {
  const until = performance.now() + 60
  while (performance.now() < until) JSON.stringify(until)
  throw new Error('not read yet')
}
