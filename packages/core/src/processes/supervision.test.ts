import { expect, it } from 'vitest'
import { onSupervision, supervise } from '../index.ts'
import type { Supervision } from '../index.ts'

const supervision = (wanted: number): Supervision => ({
  wanted,
  isClosing: false,
  workers: [],
  answer: () => () => {},
  watch: () => () => {},
})

it('is found by those who look for it before, and after, until it ends', () => {
  const found: number[] = []
  const look = (by: number) => onSupervision(({ wanted }) => found.push(by + wanted))
  const before = look(10)
  expect(found).toEqual([])
  const end = supervise(supervision(2))
  expect(found).toEqual([12])
  const after = look(20)
  expect(found).toEqual([12, 22])
  before()
  after()
  end()
  look(30)()
  expect(found).toEqual([12, 22])
})
