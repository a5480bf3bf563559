import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Histogram } from '../series/histogram.ts'
import { quantile } from './quantile.ts'

describe('quantile', () => {
  it('spreads values evenly over their bucket', () => {
    expect(quantile(0.5, [10, 0, 0], [1, 2])).toBe(0.5)
    expect(quantile(0.95, [50, 50, 0], [1, 2])).toBeCloseTo(1.9)
    expect(quantile(0.99, [0, 100, 0], [1, 2])).toBeCloseTo(1.99)
  })

  it('says the last end of what is beyond it, as Prometheus does', () => {
    expect(quantile(0.95, [0, 0, 7], [1, 2])).toBe(2)
    expect(quantile(0.95, [94, 0, 6], [1, 2])).toBe(2)
  })

  it('lies in the bucket of the value itself, whatever was counted', () => {
    const bounds = [0.1, 1, 10]
    const values = fc.array(fc.double({ min: 0.001, max: 10, noNaN: true }), { minLength: 1, maxLength: 200 })
    const part = fc.constantFrom(0.5, 0.95, 0.99)
    const property = fc.property(values, part, (all, one) => {
      const histogram = new Histogram(bounds)
      for (const value of all) histogram.record(value)
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(one * all.length) - 1]!
      const bucket = bounds.findIndex((end) => exact <= end)
      const found = quantile(one, histogram.counts, bounds)
      expect(found).toBeGreaterThanOrEqual(bounds[bucket - 1] ?? 0)
      expect(found).toBeLessThanOrEqual(bounds[bucket]!)
    })
    fc.assert(property)
  })
})
