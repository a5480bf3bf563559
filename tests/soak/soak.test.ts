import { expect, it } from 'vitest'
import { soak } from './soak.ts'

it('an atlas keeps nothing of real clients that come, go and do not wait', { timeout: 120_000 }, async () => {
  const { rounds, faults, exitCode } = await soak({ forMs: 3_000, rounds: 2, onRound: () => {} })
  expect(faults).toEqual([])
  expect(rounds.map(({ busy, active, sessions }) => [busy, active, sessions])).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
  expect(rounds.at(-1)?.calls).toBeGreaterThan(50)
  expect(rounds.at(-1)?.pooled).toBeGreaterThan(0)
  expect(exitCode).toBe(0)
})
