import { expect, it } from 'vitest'
import { soak } from './soak.ts'

it.each(['v1', 'v2'])(
  'a server of %s keeps nothing of clients that come, go, leave in the middle and are slow',
  { timeout: 60_000 },
  async (line) => {
    const { rounds, faults } = await soak({ line, forMs: 2000, rounds: 2, onRound: () => {} })
    expect(faults).toEqual([])
    expect(rounds.at(-1)?.done).toBeGreaterThan(50)
    expect(rounds.map(({ sockets, active, sessions }) => [sockets, active, sessions])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
  },
)
