import { compose, RejectedError } from '@millrace/core'
import type { Middleware, Next } from '@millrace/core'
import { fakeCall, held } from '@millrace/core/testing'
import type { FakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { calls } from './fixtures/calls.ts'
import { linesOf, valueOf } from './fixtures/lines.ts'
import { metrics } from './index.ts'

/** How a call that has come is answered, and by whom. */
const arrival = fc.constantFrom('handler', 'throws', 'rejects', 'answered', 'twice', 'deaf')
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('arrive' as const), how: arrival }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('resolve' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reject' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
)

/** Stands further in, and does as the arrival says: some answer, some refuse, some ask twice and take the first. */
const inner =
  (hows: ReadonlyMap<unknown, string>): Middleware =>
  (call, next) => {
    const how = hows.get(call)
    if (how === 'throws') throw new Error('at once')
    if (how === 'rejects') return Promise.reject(new RejectedError('no', { code: 'ERR' }))
    if (how === 'answered') return Promise.resolve({ content: [] })
    return how === 'twice' ? Promise.race([next(call), next(call)]) : next(call)
  }

it('calls under way are never fewer than none, and none at the end, however calls come, fail, leave and are answered', async () => {
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
    const own = metrics(calls)
    const handler = held()
    const hows = new Map<unknown, string>()
    const run: Next = compose(own, inner(hows), async (call, next) => next(call))(handler.next)
    const open = new Map<FakeCall, Promise<unknown>>()
    const settledOf = async (): Promise<void> => {
      for (let turn = 0; turn < 8; turn += 1) await Promise.resolve()
    }
    let arrived = 0
    for (const one of steps) {
      if (one.type === 'arrive') {
        const call = fakeCall()
        hows.set(call, one.how)
        arrived += 1
        const answer = run(call).then(
          () => open.delete(call),
          () => open.delete(call),
        )
        open.set(call, answer)
      } else {
        const waiting = handler.calls[one.which % Math.max(1, handler.calls.length)]
        if (one.type === 'resolve') waiting?.resolve()
        else if (one.type === 'reject') waiting?.reject(new Error('broken'))
        else if (waiting !== undefined) {
          const call = waiting.call as FakeCall
          call.abort('gone')
          if (hows.get(call) !== 'deaf') waiting.reject('gone')
        }
      }
      await settledOf()
      expect(await valueOf(own, 'concurrent_requests')).toBe(open.size)
    }
    for (const { resolve } of handler.calls) resolve()
    await Promise.all(open.values())
    expect(await valueOf(own, 'concurrent_requests')).toBe(0)
    const counts = (await linesOf(own, 'mcp_requests_total')).map((line) => Number(line.split(' ').at(-1)))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(arrived)
  })
  await fc.assert(property, { numRuns: 100 })
}, 60_000)
