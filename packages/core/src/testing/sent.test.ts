import { expect, it } from 'vitest'
import type { Middleware } from '../middleware.ts'
import { fakeCall } from './fakeCall.ts'
import { held } from './held.ts'
import { sent } from './sent.ts'

const passing: Middleware = (call, next) => next(call)

it('says what has come of a call so far, also of one whose answer nobody awaits', async () => {
  const handler = held()
  const [first, second] = [sent(passing, fakeCall(), handler.next), sent(passing, fakeCall(), handler.next)]
  expect([first.outcome, second.outcome]).toEqual(['open', 'open'])
  const error = new Error('down')
  handler.calls[0]?.resolve({ content: [] })
  handler.calls[1]?.reject(error)
  await new Promise((resolve) => setImmediate(resolve))
  expect([first.outcome, second.outcome]).toEqual([{ result: { content: [] } }, { error }])
  expect(await first.answer).toEqual({ content: [] })
  expect(handler.calls[0]?.call).toBe(first.call)
})
