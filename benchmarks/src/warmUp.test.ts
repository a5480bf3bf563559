import { describe, expect, it } from 'vitest'
import { warmUp } from './warmUp.ts'
import type { Took } from './warmUp.ts'

/** Work whose runs take what `took` says, with what was asked of it. */
const watched = (took: (times: number, run: number) => Took) => {
  const asked: number[] = []
  return {
    asked,
    run: async (times: number): Promise<Took> => {
      asked.push(times)
      return took(times, asked.length)
    },
  }
}

const each = (ms: number) => (times: number) => ({ workMs: times * ms, wallMs: times * ms })
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

describe('warmUp', () => {
  it('works for as long as it was told, and says how many times fill a sample', async () => {
    const { asked, run } = watched(each(0.01))
    expect(await warmUp(run, { warmUpMs: 400, sampleMs: 25 })).toBe(2500)
    expect(sum(asked) * 0.01).toBeGreaterThanOrEqual(400)
    expect(sum(asked) * 0.01).toBeLessThan(450)
  })

  it('repeats no more often at a time than fills a sample or two', async () => {
    const { asked, run } = watched(each(0.01))
    await warmUp(run, { warmUpMs: 1000, sampleMs: 25 })
    expect(Math.max(...asked)).toBeLessThanOrEqual(5000)
  })

  it('ends with work that takes no time', async () => {
    const { asked, run } = watched(() => ({ workMs: 0, wallMs: 0 }))
    expect(await warmUp(run, { warmUpMs: 400, sampleMs: 25 })).toBe(2 ** 30)
    expect(asked.length).toBeLessThanOrEqual(10_000)
  })

  it('ends on a machine so busy that hardly any of the time is work, or seems less than none', async () => {
    for (const share of [0.001, 0, -0.1]) {
      const { asked, run } = watched((times) => ({ workMs: times * share, wallMs: times }))
      expect(await warmUp(run, { warmUpMs: 400, sampleMs: 25 })).toBe(25)
      expect(sum(asked)).toBeLessThan(5100)
    }
  })

  it('takes work that is slow once, when it is to be done at once', async () => {
    const { asked, run } = watched(each(500))
    expect(await warmUp(run, { warmUpMs: 0, sampleMs: 1 })).toBe(1)
    expect(asked).toEqual([1])
  })
})
