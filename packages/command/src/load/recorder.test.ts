import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Latencies } from './latencies.ts'
import { Recorder } from './recorder.ts'

const good = { ending: undefined, bytes: 10 }
const bad = (detail: string) => ({ ending: { kind: 'transport', detail } as const, bytes: 0 })

it('percentiles are those of the sorted durations, to a thousandth', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.001, max: 3_000_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (all) => {
        const latencies = new Latencies()
        for (const ms of all) latencies.record(ms)
        const sorted = all.toSorted((a, b) => a - b)
        for (const percent of [50, 90, 99, 100]) {
          // The nearest rank, as HdrHistogram has it.
          const exact = sorted[Math.max(1, Math.floor((percent / 100) * sorted.length + 0.5)) - 1]!
          const found = latencies.percentile(percent)
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.0012)
        }
        const { count, mean, max } = latencies.summary()
        expect(count).toBe(all.length)
        expect(mean).toBeCloseTo(all.reduce((sum, ms) => sum + ms, 0) / all.length, 3)
        expect(max).toBeGreaterThan(0)
        const curve = latencies.curve()
        expect(curve.at(-1)![0]).toBe(100)
        expect(curve.every(([, ms], index) => index === 0 || ms >= curve[index - 1]![1])).toBe(true)
      },
    ),
  )
})

it('nothing has no latency', () => {
  expect(new Latencies().summary()).toEqual({
    count: 0,
    min: 0,
    mean: 0,
    p50: 0,
    p90: 0,
    p95: 0,
    p99: 0,
    p999: 0,
    max: 0,
  })
  expect(new Latencies().curve()).toEqual([])
})

it('calls count by when they begin, and the rate by when they end', () => {
  const recorder = new Recorder({ from: 100, to: 1100 }, ['a', 'b'])
  recorder.record(0, 50, 90, good)
  recorder.record(0, 90, 110, good)
  recorder.record(1, 120, 130, bad('ECONNRESET'))
  recorder.record(1, 1090, 1500, good)
  recorder.record(0, 1100, 1500, good)
  expect([recorder.answered.count, recorder.failing.count, recorder.completed, recorder.bytes]).toEqual([1, 1, 1, 10])
  expect(recorder.operations.map(({ failed, latencies }) => [failed, latencies.count])).toEqual([
    [0, 0],
    [1, 1],
  ])
})

it('details that a server makes up do not fill the memory', () => {
  const recorder = new Recorder({ from: 0, to: 1e9 }, ['a'])
  for (let n = 0; n < 1000; n += 1) recorder.record(0, n, n + 1, bad(`E${n}`))
  const failures = recorder.failures()
  expect(failures).toHaveLength(201)
  expect(failures[0]).toMatchObject({ detail: 'others', count: 800 })
})

it('the longest wait that was asked for is kept', () => {
  const recorder = new Recorder({ from: 0, to: 100 }, ['a'])
  for (const retryAfterMs of [5, 70, 9]) {
    recorder.record(0, 1, 2, { ending: { kind: 'refused', detail: 'x', retryAfterMs }, bytes: 0 })
  }
  expect(recorder.failures()).toEqual([{ kind: 'refused', detail: 'x', retryAfterMs: 70, operation: 'a', count: 3 }])
})

it('time is cut into parts, also where nothing happened', () => {
  const recorder = new Recorder({ from: 1000, to: 1500 }, ['a'])
  recorder.record(0, 1000, 1050, good)
  recorder.record(0, 1000, 1350, good)
  recorder.record(0, 1300, 1390, bad('x'))
  const intervals = recorder.series.intervals()
  expect(intervals.map(({ atMs, answered, failed }) => [atMs, answered, failed])).toEqual([
    [0, 1, 0],
    [100, 0, 0],
    [200, 0, 0],
    [300, 1, 1],
    [400, 0, 0],
  ])
  expect(intervals[3]!.max).toBeCloseTo(350, 0)
  expect(new Recorder({ from: 0, to: 500 }, []).series.intervals(250)).toHaveLength(3)
})
