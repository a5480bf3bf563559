import { expect, it } from 'vitest'
import { random } from '../mix/random.ts'
import { ratioOf } from './ratio.ts'

const normal = (draw: () => number) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())

it.each([3, 5, 10, 30])('of %i rounds, the truth lies in the interval 19 times out of 20', (rounds) => {
  const draw = random(rounds)
  const truth = 1.3
  const times = 4000
  let hits = 0
  for (let n = 0; n < times; n += 1) {
    const pairs = Array.from({ length: rounds }, () => {
      // What disturbs a round disturbs both.
      const round = Math.exp(normal(draw))
      return [round * Math.exp(0.1 * normal(draw)), truth * round * Math.exp(0.1 * normal(draw))] as const
    })
    const { from, to } = ratioOf(pairs)
    if (from <= truth && truth <= to) hits += 1
  }
  expect(hits / times).toBeGreaterThan(0.94)
  expect(hits / times).toBeLessThan(0.96)
})

it('without noise there is no doubt', () => {
  const { ratio, from, to } = ratioOf([
    [2, 3],
    [4, 6],
  ])
  expect([ratio, from, to].map((one) => one.toFixed(9))).toEqual(['1.500000000', '1.500000000', '1.500000000'])
})
