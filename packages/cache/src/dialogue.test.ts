import { fakeCall } from '@millrace/core/testing'
import { expect, it } from 'vitest'
import { cached } from './index.ts'

it('keeps nothing of a handler that asked its caller something while it ran', async () => {
  const cache = cached({ ttlMs: 60_000 })
  let runs = 0
  const ask = async () => {
    const call = fakeCall()
    return cache(call, async () => {
      runs += 1
      // What a door does when the handler sends a question.
      Object.assign(call, { isExchange: true })
      return { content: [{ type: 'text', text: `answer ${runs}` }] }
    })
  }
  expect(await Promise.all([ask(), ask()])).toMatchObject([
    { content: [{ text: 'answer 1' }] },
    { content: [{ text: 'answer 2' }] },
  ])
  await ask()
  expect(runs).toBe(3)
})
