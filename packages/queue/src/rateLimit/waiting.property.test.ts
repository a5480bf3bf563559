import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RateLimitModel } from '../fixtures/rateLimitModel.ts'
import type { ModelCall } from '../fixtures/rateLimitModel.ts'
import { settle, worldOf } from '../fixtures/world.ts'
import { rateLimit } from '../index.ts'

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      cost: fc.constantFrom(0, 1, 1, 1, 2, 3),
      patienceMs: fc.constantFrom(Infinity, Infinity, 30, 200),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reset' as const) }) },
)

const rate = fc.record({ everyMs: fc.integer({ min: 1, max: 40 }), burst: fc.integer({ min: 1, max: 4 }) })

it('has calls wait, go on, leave and be refused as plain buckets and a list would, however they come', async () => {
  const property = fc.asyncProperty(
    fc.array(rate, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(0, 50, 300, Infinity),
    fc.constantFrom(1, 4, Infinity),
    fc.array(step, { minLength: 20, maxLength: 80 }),
    async (rates, maxWaitMs, maxQueued, steps) => {
      const [first, ...also] = rates.map(({ everyMs, burst }) => ({ calls: 1, perMs: everyMs, burst }))
      const own = rateLimit({ ...first!, also, maxWaitMs, maxQueued, cost: ({ input }) => input as number })
      const world = worldOf(own, 1_700_000_000_000)
      const model = new RateLimitModel(rates, maxWaitMs, maxQueued)
      const waiting = new Map<ModelCall, Sent>()
      const started: ModelCall[] = []
      const goOn = (calls: readonly ModelCall[]): void => {
        started.push(...calls)
        for (const one of calls) waiting.delete(one)
      }
      const known = new Map<object, ModelCall>()
      for (const one of steps) {
        if (one.type === 'arrive') {
          const call = { cost: one.cost, deadline: model.now + one.patienceMs }
          const sent = world.send({ input: one.cost, deadline: world.clock.now() + one.patienceMs })
          known.set(sent.call, call)
          const expected = model.arrive(call)
          await settle()
          if (expected === 'started') started.push(call)
          if (expected === 'waits') waiting.set(call, sent)
          expect(sent.outcome === 'open').toBe(expected !== 'refused')
        } else if (one.type === 'leave') {
          const [call, sent] = [...waiting][one.which % Math.max(1, waiting.size)] ?? []
          if (call === undefined) continue
          model.leave(call)
          waiting.delete(call)
          sent!.call.abort('gone')
          await settle()
          expect(sent!.outcome).toEqual({ error: 'gone' })
          goOn(model.settle())
        } else if (one.type === 'reset') {
          model.reset()
          own.reset()
          goOn(model.settle())
        } else {
          for (let ms = 0; ms < one.ms; ms += 1) {
            world.clock.advance(1)
            goOn(model.tick())
          }
        }
        await settle()
        expect(world.handler.calls.map(({ call }) => known.get(call))).toEqual(started)
        expect(own.waiting()).toBe(model.waiting.length)
      }
      for (const { call } of waiting.values()) call.abort()
      expect([own.waiting(), world.clock.timers]).toEqual([0, 0])
    },
  )
  await fc.assert(property, { numRuns: 200 })
}, 60_000)
