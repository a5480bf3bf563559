import { expect, test } from 'vitest'
import { Durations } from './durations.ts'

test('percentiles are those of the last 512, and the mean follows what is new', () => {
  const durations = new Durations()
  expect(durations.mean).toBeUndefined()
  expect(durations.percentiles()).toEqual({ p50: 0, p95: 0, p99: 0 })
  for (let ms = 1; ms <= 100; ms += 1) durations.add(ms)
  expect(durations.percentiles()).toEqual({ p50: 50, p95: 95, p99: 99 })
  for (let n = 0; n < 512; n += 1) durations.add(3)
  expect(durations.percentiles()).toEqual({ p50: 3, p95: 3, p99: 3 })
  expect(durations.mean).toBeCloseTo(3)
})
