import { expect, it } from 'vitest'
import { Bounded } from './bounded.ts'

it('keeps the values used last, and no more than it may', () => {
  const bounded = new Bounded(4, (key) => ({ key }))
  const often = bounded.get('often')
  for (let n = 0; n < 20; n += 1) {
    const other = bounded.get(`k${n}`)
    expect([bounded.get('often') === often, bounded.get(`k${n}`) === other]).toEqual([true, true])
  }
  expect(bounded.made).toBe(21)
  expect(bounded.get('k0')).toEqual({ key: 'k0' })
  expect(bounded.made).toBe(22)
})
