import { expect, test } from 'vitest'
import { table } from './table.ts'

test('texts line up on the left, numbers on the right, and no line ends in blanks', () => {
  const lines = table([
    ['suite', 'passed', 'verdict'],
    ['short', 5, 'as bare'],
    ['a long one', 164, ''],
  ]).split('\n')
  expect(lines).toEqual(['suite       passed  verdict', 'short            5  as bare', 'a long one     164'])
})
