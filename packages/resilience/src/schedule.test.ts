import { describe, expect, it } from 'vitest'
import { exponential } from './index.ts'
import type { ExponentialOptions } from './index.ts'
import { jittered, waitsOf } from './schedule.ts'

const first = (count: number, schedule: Parameters<typeof waitsOf>[0]) =>
  Array.from({ length: count }, (_, index) => waitsOf(schedule)(index + 1))

describe('a schedule', () => {
  it.each([
    ['a number', 5, [5, 5, 5]],
    ['a list, whose last item stays', [1, 2], [1, 2, 2]],
    ['a function', (count: number) => count * 10, [10, 20, 30]],
    ['a function that gives nonsense', (count: number) => [-1, Number.NaN, 3][count - 1] as number, [0, 0, 3]],
    ['exponential', exponential(), [1000, 2000, 4000]],
    ['exponential as told', exponential({ firstMs: 10, factor: 3, maxMs: 50 }), [10, 30, 50]],
    ['exponential without growth', exponential({ factor: 1 }), [1000, 1000, 1000]],
  ])('may be %s', (_, schedule, expected) => {
    expect(first(3, schedule)).toEqual(expected)
  })

  it('that is exponential ends at half a minute', () => {
    expect(exponential()(1000)).toBe(30_000)
  })

  it.each<[unknown, string]>([
    [{ factor: 0.5 }, 'exponential.factor must be a number from 1 to 10, got 0.5'],
    [{ firstMs: -1 }, 'exponential.firstMs must be a number ≥ 0 or Infinity, got -1'],
    [{ max: 1 }, 'exponential.max is not an option; did you mean maxMs?'],
  ])('is refused: %o', (options, message) => {
    expect(() => exponential(options as ExponentialOptions)).toThrow(new TypeError(message))
  })
})

describe('jitter', () => {
  it.each([
    [100, 0, 0.5, 100],
    [100, 1, 0.5, 50],
    [100, 1, 1, 0],
    [100, 0.5, 1, 50],
    [Infinity, 1, 1, Infinity],
  ])('of a wait of %d by a ratio of %d and chance %d leaves %d', (waitMs, ratio, chance, expected) => {
    expect(jittered(waitMs, ratio, () => chance)).toBe(expected)
  })
})
