import { expect, it } from 'vitest'
import { courseOf } from './slope.ts'

const minutes = (values: readonly number[]) => values.map((value, n) => ({ atMs: n * 60_000, value }))

it('what stays the same has no slope, whatever it was at first', () => {
  expect(courseOf(minutes([10, 50, 70, 90, 100, 100, 100, 100]))).toEqual({
    start: 100,
    end: 100,
    growthRatio: 0,
    hourlyRatio: 0,
  })
})

it('what grows by a part each minute grows by sixty of them an hour', () => {
  const { start, end, growthRatio, hourlyRatio } = courseOf(minutes([0, 0, 0, 0, 0, 0, 100, 101, 102, 103, 104, 105]))
  expect([start, end]).toEqual([101, 104])
  expect(growthRatio).toBeCloseTo(3 / 101)
  expect(hourlyRatio).toBeCloseTo(60 / 101)
})

it('one point out of line is no growth', () => {
  expect(courseOf(minutes([9, 9, 9, 9, 9, 9, 10, 10, 90, 10, 90, 10])).growthRatio).toBe(0)
})
