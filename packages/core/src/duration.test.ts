import { expect, it } from 'vitest'
import { duration } from './duration.ts'

it.each([
  [0, '0 ms'],
  [0.2, '1 ms'],
  [250, '250 ms'],
  [1000, '1 s'],
  [1540, '1.5 s'],
  [90_000, '90 s'],
])('%d milliseconds are %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})
