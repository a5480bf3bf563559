import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Overlap } from './overlap.ts'

const of = (spans: ReadonlyArray<readonly [from: number, to: number]>): Overlap => {
  const overlap = new Overlap()
  for (const [from, to] of spans) overlap.add(from, to)
  return overlap
}

it('is how many were there at once at most; what ends makes room for what begins', () => {
  expect(of([]).peak()).toBe(0)
  expect(
    of([
      [1, 5],
      [5, 9],
      [2, 7],
    ]).peak(),
  ).toBe(2)
})

it('is what counting at each moment finds', () => {
  const span = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }))
  fc.assert(
    fc.property(fc.array(span, { maxLength: 100 }), (given) => {
      const spans = given.map(([from, took]) => [from, from + took] as const)
      const at = (moment: number) => spans.filter(([from, to]) => from <= moment && moment < to).length
      const most = Math.max(0, ...Array.from({ length: 72 }, (_, moment) => at(moment)))
      expect(of(spans).peak()).toBe(most)
    }),
  )
})

it('goes on counting, of however many', () => {
  const overlap = new Overlap()
  for (let from = 1; from < 10_000; from += 1) overlap.add(from, from + 3)
  expect(overlap.peak()).toBe(3)
})
