import { isAborted, outcomeOfThrown } from '@millrace/core'
import type { HeldCall } from '@millrace/core/testing'
import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fleetOf } from '../fixtures/fleet.ts'
import type { Member } from '../fixtures/fleet.ts'
import { resultOf } from '../fixtures/world.ts'

const who = fc.nat(2)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('send' as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('answer' as const), which: fc.nat(5), isError: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 120 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('cut' as const), who }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('mend' as const), who }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('leave' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('drop' as const), who }) },
)

it('everybody is answered, whatever happens, and no lease undoes what was begun after it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const { a, b, join, pass, server, clock } = fleetOf({ ttlMs: 50 })
      const members: readonly Member[] = [a, b, join()]
      // Loads by when they began; their answers are their numbers.
      const begun = new Map<HeldCall, number>()
      const note = () => {
        for (const { handler } of members) {
          for (const load of handler.calls) if (!begun.has(load)) begun.set(load, begun.size)
        }
      }
      const stored: number[] = []
      server.onStored = ({ result }, isLeased) => {
        if (isLeased) stored.push((result['structuredContent'] as { readonly n: number }).n)
      }
      const sends: ReturnType<Member['send']>[] = []
      const open: HeldCall[] = []
      const answer = (load: HeldCall, isError: boolean) => {
        const n = begun.get(load) as number
        load.resolve(isError ? { ...resultOf(n), isError } : resultOf(n))
      }
      const collect = () => {
        note()
        for (const load of begun.keys()) if (!open.includes(load) && !done.has(load)) open.push(load)
      }
      const done = new Set<HeldCall>()
      const settleOne = (index: number, isError: boolean) => {
        collect()
        const load = open[index % Math.max(1, open.length)]
        if (load === undefined) return
        open.splice(open.indexOf(load), 1)
        done.add(load)
        answer(load, isError)
      }
      for (const one of steps) {
        if (one.does === 'send') sends.push(members[one.who]!.send())
        else if (one.does === 'answer') settleOne(one.which, one.isError)
        else if (one.does === 'pass') await pass(one.ms)
        else if (one.does === 'cut') members[one.who]!.store.isDown = true
        else if (one.does === 'mend') members[one.who]!.store.isDown = false
        else if (one.does === 'leave') sends[one.which]?.call.abort(new Error('left'))
        else await members[one.who]!.cache.invalidate({ key: a.cache.keyOf(fakeCall()) })
        await pass(1)
        collect()
      }
      const answers = sends.map(({ answer: given, call }) =>
        given.then(
          () => 'ok',
          (error: unknown) => outcomeOfThrown(error, call),
        ),
      )
      for (const { store } of members) store.isDown = false
      for (let turn = 0; turn < 12; turn += 1) {
        await pass(60)
        collect()
        while (open.length > 0) settleOne(0, false)
      }
      for (const [index, end] of (await Promise.all(answers)).entries()) {
        expect(end).toBe(isAborted(sends[index]!.call) ? end : 'ok')
      }
      expect(stored).toEqual(stored.toSorted((x, y) => x - y))
      await pass(400)
      expect(clock.timers).toBe(0)
    }),
    { numRuns: 60 },
  )
}, 120_000)
