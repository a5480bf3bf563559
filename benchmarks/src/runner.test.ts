import { describe, expect, it } from 'vitest'
import { group } from './fixtures/group.ts'
import type { Measured } from './row.ts'
import { run } from './runner.ts'

const measure = (names: readonly string[], rounds: number, progress: string[] = []) =>
  run(
    group,
    group.cases.filter(({ name }) => names.includes(name)),
    {
      sampling: { warmUpMs: 0, sampleMs: 1, samples: 3, rounds: 5 },
      forced: { rounds },
      profile: undefined,
      setsAtOnce: 1,
      onProgress: (done) => progress.push(done),
    },
  )

// Processes are started: how long that takes says nothing.
describe('run', { timeout: 300_000 }, () => {
  it('takes one median from each of as many processes as there are rounds', async () => {
    const progress: string[] = []
    const { rounds } = (await measure(['works'], 2, progress)).get('works') as Measured & { rounds: number[] }
    expect(rounds).toEqual([expect.any(Number), expect.any(Number)])
    expect(progress).toEqual(['fixture, round 1 of 2: works', 'fixture, round 2 of 2: works'])
  })

  it('believes a case that times itself', async () => {
    expect((await measure(['times itself'], 1)).get('times itself')).toEqual({ rounds: [7] })
  })

  it('says why a case did not run, and goes on with the others', async () => {
    const measured = await measure(
      group.cases.map(({ name }) => name).filter((name) => name !== 'never answers'),
      1,
    )
    expect(measured.get('works')).toEqual({ rounds: [expect.any(Number)] })
    expect(measured.get('is missing')).toEqual({ unavailable: expect.stringContaining('no-such-library') })
    expect(measured.get('says why not')).toEqual({ unavailable: 'needs another Node' })
    expect(measured.get('fails to set up')).toEqual({ crashed: 'TypeError: no such option' })
    expect(measured.get('fails to run')).toEqual({ crashed: 'a hit was loaded' })
    expect(measured.get('leaves')).toEqual({ crashed: 'exit 7' })
  })
})
