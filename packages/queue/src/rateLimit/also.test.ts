import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { limited, times } from '../fixtures/limited.ts'
import { rateLimit } from '../index.ts'
import type { RateLimitOptions } from '../index.ts'

describe('several rates in one limit', () => {
  const both: RateLimitOptions = { calls: 10, burst: 2, also: [{ calls: 3, perMs: 60_000 }] }

  it('all have to have room', async () => {
    const { ask, clock, own } = limited(both)
    expect(await times(3, ask)).toEqual([true, true, 100])
    clock.advance(1000)
    expect(own.remaining(fakeCall({ clock }))).toBeCloseTo(1.05)
    expect(await times(2, ask)).toEqual([true, 19_000])
  })

  it('count nothing for what one of them refuses', async () => {
    const { ask, clock } = limited({ calls: 1, also: [{ calls: 5, perMs: 5000 }] })
    expect((await times(20, ask)).filter((one) => one === true)).toHaveLength(1)
    const seen: unknown[] = []
    for (let n = 0; n < 4; n += 1) {
      clock.advance(1000)
      seen.push(...(await times(2, ask)))
    }
    expect(seen.filter((one) => one === true)).toHaveLength(4)
  })

  it('may differ by call, each of them', async () => {
    const { ask } = limited({
      calls: 10,
      also: [{ calls: ({ principal }) => (principal === 'ann' ? 2 : 1), perMs: 5000 }],
    })
    expect(await times(3, () => ask({ principal: 'ann' }))).toEqual([true, true, 2500])
    expect(await times(2, () => ask({ principal: 'bob' }))).toEqual([true, 5000])
  })

  it.each<[unknown, string]>([
    [{}, 'rateLimit.also must be an array of { calls, perMs, burst }, got an object'],
    [[{ perMs: 5 }], 'rateLimit.also[0].calls must be given: how many calls in perMs'],
    [[{ calls: 1 }, { calls: 0 }], 'rateLimit.also[1].calls must be a number above 0 or a function, got 0'],
    [[{ calls: 1, by: 'tool' }], 'rateLimit.also[0].by is not an option; there are calls, perMs, burst'],
    [[{ calls: 1 }, undefined], 'rateLimit.also must be an array of { calls, perMs, burst }, got '],
    [[5], 'rateLimit.also[0]: options must be an object, got 5'],
  ])('about %j is what was expected and what came', (also, message) => {
    expect(() => rateLimit({ calls: 1, also } as RateLimitOptions)).toThrow(message)
  })
})
