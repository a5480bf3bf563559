import { expect, test } from 'vitest'
import { comparedWith, rowsOf, tableOf } from './report.ts'

const all = new Map([
  ['one', [{ took: [10, 20, 30, 40], seconds: 1 }]],
  ['two', [100, 200, 300].map((count) => ({ took: Array.from({ length: count }, () => 5), seconds: 2 }))],
])

test('the rate of each is the median of its stretches, and compared with the first', () => {
  expect(rowsOf('pool', all)).toEqual([
    { group: 'pool', name: 'atlas: one', median: 4, unit: 'calls/s', ratioToBase: 1, isMoreBetter: true },
    expect.objectContaining({ name: 'atlas: two', median: 100, ratioToBase: 25, noise: expect.any(Number) }),
  ])
})

test('the table has mean and percentiles of the middle stretch', () => {
  expect(tableOf(20, all)).toBe(
    [
      'nearest_cities, 20 callers  calls/s  mean ms  p95 ms  p99 ms',
      'one                            4.00     25.0    40.0    40.0',
      'two                             100     5.00    5.00    5.00',
    ].join('\n'),
  )
})

test('those with a bar are compared with the first of their table', () => {
  const row = { group: 'pool', name: 'atlas: two, over one', median: 25, unit: 'x', ratioToBase: null }
  expect(comparedWith('pool', all, new Map(Object.entries({ two: 2, three: 3 })))).toEqual([
    { ...row, bar: 2, ok: true },
  ])
  expect(comparedWith('pool', all, new Map([['two', 26]]))).toEqual([{ ...row, bar: 26, ok: false }])
})
