import { describe, expect, it } from 'vitest'
import { median, noise } from './statistics.ts'

describe('median', () => {
  it('is the one in the middle, or between the two, and leaves the values as they were', () => {
    const values = [9, 1, 5]
    expect(median(values)).toBe(5)
    expect(values).toEqual([9, 1, 5])
    expect(median([10, 9, 1, 2])).toBe(5.5)
    expect(median([-3])).toBe(-3)
  })

  it('is NaN of nothing', () => {
    expect(median([])).toBeNaN()
  })
})

describe('noise', () => {
  it('is the standard error of the median', () => {
    // Distances to 3 are 2, 1, 0, 1, 2, of which the median is 1.
    expect(noise([1, 2, 3, 4, 5])).toBeCloseTo((1.2533 * 1.4826) / Math.sqrt(5), 10)
  })

  it('does not count one disturbed round', () => {
    expect(noise([1, 2, 3, 4, 5000])).toBe(noise([1, 2, 3, 4, 5]))
  })

  it('is not known of two values', () => {
    expect(noise([1, 2])).toBeUndefined()
  })
})
