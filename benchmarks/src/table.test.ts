import { describe, expect, it } from 'vitest'
import { short, table } from './table.ts'

describe('table', () => {
  it('lines up words on the left and numbers on the right, with a blank line between groups', () => {
    const printed = table([
      { group: 'chain', name: 'bare', median: 1234, unit: 'µs', ratioToBase: 1, noise: 0.0001 },
      { group: 'chain', name: 'adds', median: 0.5, unit: 'µs', ratioToBase: null, bar: 1, ok: true, noise: 0.25 },
      { group: 'lists', name: 'cheaper', median: 9, unit: 'x', ratioToBase: null, bar: 10, ok: false },
      { group: 'lists', name: 'absent', median: null, unit: 'µs', ratioToBase: null, bar: 2, note: 'not run: why' },
    ])
    expect(printed).toBe(
      [
        'group  name     median       ±  unit  x base   bar  ok   note',
        'chain  bare       1234  <0.001  µs      1.00',
        'chain  adds      0.500   0.250  µs             ≤ 1  yes',
        '',
        'lists  cheaper    9.00          x             ≥ 10  NO',
        'lists  absent        -          µs             ≤ 2  ?    not run: why',
      ].join('\n'),
    )
  })
})

describe('short', () => {
  it('gives three digits, and never fewer than stand before the point', () => {
    expect([0.1234, 1.234, 12.34, 123.4, 12345.6, -1.234].map(short)).toEqual([
      '0.123',
      '1.23',
      '12.3',
      '123',
      '12346',
      '-1.23',
    ])
  })
})
