import { rateLimit } from '@millrace/queue'
import { describe, expect, it } from 'vitest'
import { doors } from '../fixtures/doors.ts'
import { text } from '../fixtures/world.ts'

describe.each(doors)('rateLimit by $door on SDK $line', ({ open }) => {
  it('lets a burst through, and tells who comes too often when to come back', async () => {
    const own = rateLimit({ calls: 2, perMs: 3_600_000 })
    const seen: unknown[] = []
    const client = await open({
      middleware: [own],
      run: async ({ n }) => {
        seen.push(n)
        return text(n)
      },
    })
    expect(await client.call({ n: 1 })).toMatchObject(text(1))
    expect(await client.call({ n: 2 })).toMatchObject(text(2))
    expect(await client.call({ n: 3 })).toMatchObject({
      isError: true,
      _meta: { 'millrace/reason': 'rate_limited', 'millrace/retryAfterMs': expect.any(Number) },
    })
    expect(seen).toEqual([1, 2])
  })

  it('has those who come too early wait, when it may, and answers them in their order', async () => {
    const own = rateLimit({ calls: 1, perMs: 40, maxWaitMs: 10_000 })
    const seen: unknown[] = []
    const client = await open({
      middleware: [own],
      run: async ({ n }) => {
        seen.push(n)
        return text(n)
      },
    })
    const answers = await Promise.all([1, 2, 3].map((n) => client.call({ n })))
    expect(answers).toMatchObject([1, 2, 3].map((n) => text(n)))
    expect([seen, own.waiting()]).toEqual([[1, 2, 3], 0])
  })

  it('counts for all who share it together', async () => {
    const own = rateLimit({ calls: 1, perMs: 3_600_000 })
    const [one, other] = await Promise.all([1, 2].map(() => open({ middleware: [own], run: async ({ n }) => text(n) })))
    expect(await one!.call({ n: 1 })).toMatchObject(text(1))
    expect(await other!.call({ n: 1 })).toMatchObject({ isError: true })
  })
})
