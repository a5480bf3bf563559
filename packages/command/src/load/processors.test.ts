import { expect, it } from 'vitest'
import { idleRatio, processorTime } from './processors.ts'

it('processors that compute are not idle', () => {
  const before = processorTime()
  const until = performance.now() + 300
  while (performance.now() < until);
  const after = processorTime()
  expect(after.all).toBeGreaterThan(before.all)
  expect(idleRatio(before, after)).toBeLessThan(1)
})

it('what was idle is told as a share, and nothing is made of nothing', () => {
  expect(idleRatio({ idle: 100, all: 400 }, { idle: 150, all: 600 })).toBe(0.25)
  expect(idleRatio({ idle: 0, all: 0 }, { idle: 0, all: 0 })).toBe(1)
})
