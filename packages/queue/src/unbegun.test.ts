import { AbandonedError, cancellation, compose, outcomeOfThrown, withCall } from '@millrace/core'
import { fakeCall, held, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { queue, rateLimit } from './index.ts'
import { unbegun } from './unbegun.ts'

const tooLong = new AbandonedError('It took too long.', { code: 'ERR_TIMEOUT' })

describe('a call that is given up before it has begun', () => {
  it.each([
    ['queue', () => queue({ maxConcurrent: 1 })],
    ['rateLimit', () => rateLimit({ calls: 1, perMs: 1000, by: 'server', maxWaitMs: 5000 })],
  ])('by a timeout is refused by %s, as one that never ran', async (_, made) => {
    const clock = manualClock()
    const handler = held()
    const run = compose(made())(handler.next)
    void run(fakeCall({ clock }))
    const stop = cancellation()
    const call = withCall(fakeCall({ clock }), { cancellation: stop })
    const answer = run(call)
    answer.catch(() => {})
    stop.abort(tooLong)
    const error: unknown = await answer.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_DEADLINE', kind: 'rejected' })
    expect(outcomeOfThrown(error, call)).toBe('rejected')
    expect(handler.calls).toHaveLength(1)
  })

  it('by its caller keeps the reason, whatever that is', () => {
    for (const reason of ['gone', undefined, new DOMException('gone', 'AbortError'), new Error('own')]) {
      expect(unbegun(reason)).toBe(reason)
    }
  })
})
