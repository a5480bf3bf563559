import { describe, expect, it } from 'vitest'
import { constant, either, exponential, lognormal, random } from './random.ts'
import type { Duration } from './random.ts'

const drawn = (duration: Duration, count = 200_000): number[] => {
  const source = random(1, 'test')
  return Array.from({ length: count }, () => duration(source))
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('random numbers', () => {
  it('are the same for the same seed and stream, and others for others', () => {
    const some = (seed: number, stream: string) => Array.from({ length: 5 }, random(seed, stream))
    expect(some(1, 'a')).toEqual(some(1, 'a'))
    expect(some(1, 'a')).not.toEqual(some(2, 'a'))
    expect(some(1, 'a')).not.toEqual(some(1, 'b'))
  })

  it.each<[string, Duration, number]>([
    ['constant', constant(10), 10],
    ['exponential', exponential(10), 10],
    ['lognormal', lognormal(10, 0.8), 10],
    ['either', either(constant(5), constant(105), 0.05), 10],
  ])('a duration that is %s has the mean it is given', (_, duration, expected) => {
    expect(Math.abs(mean(drawn(duration)) - expected)).toBeLessThan(0.02 * expected)
  })

  it('a lognormal duration has the spread it is given', () => {
    const logs = drawn(lognormal(10, 0.8)).map(Math.log)
    const middle = mean(logs)
    expect(Math.sqrt(mean(logs.map((log) => (log - middle) ** 2)))).toBeCloseTo(0.8, 1)
  })
})
