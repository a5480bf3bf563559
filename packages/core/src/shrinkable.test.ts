import { expect, it } from 'vitest'
import { checkShare } from './shrinkable.ts'

it('a share is a number from 0 to 1; what else comes is named', () => {
  for (const share of [0, 0.5, 1]) expect(() => checkShare('cached', share)).not.toThrow()
  expect(() => checkShare('cached', 2)).toThrow(new TypeError('cached.shrinkTo takes a number from 0 to 1, got 2'))
  expect(() => checkShare('cached', NaN)).toThrow('got NaN')
  expect(() => checkShare('postgres', '1')).toThrow('postgres.shrinkTo takes a number from 0 to 1, got a string')
})
