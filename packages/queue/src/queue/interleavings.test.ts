import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueueModel } from '../fixtures/queueModel.ts'
import { settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import { priorities } from '../priority.ts'

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      rank: fc.nat(3),
      tool: fc.constantFrom('a', 'b', 'c'),
      principal: fc.constantFrom('ann', 'bob'),
      patienceMs: fc.constantFrom(Infinity, Infinity, 20, 100, -10),
    }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('finish' as const, 'fail' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(10, 20, 50, 1000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('limit' as const), to: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hold' as const), isPaused: fc.boolean() }) },
)

const numbers = fc.record({
  limit: fc.integer({ min: 1, max: 5 }),
  perTool: fc.constantFrom(1, 2, Infinity),
  perPrincipal: fc.constantFrom(1, 3, Infinity),
  maxQueued: fc.constantFrom(0, 2, 5, Infinity),
  maxWaitMs: fc.constantFrom(50, Infinity),
})

describe('a queue', () => {
  it('does what a plain model does, however calls arrive, end, leave and wait', async () => {
    const property = fc.asyncProperty(
      numbers,
      fc.array(step, { minLength: 20, maxLength: 120 }),
      async (given, steps) => {
        const { limit, ...limits } = given
        let classes = 0
        const own = queue({
          maxConcurrent: limit,
          ...limits,
          discipline: 'fifo',
          fairBy: false,
          graceMs: Infinity,
          priority: ({ input }) => priorities[input as 0],
          // Nothing is known of any call before it has run, so that deadlines mean what they say.
          classBy: () => String((classes += 1)),
        })
        const world = worldOf(own)
        const model = new QueueModel(given)
        const sent: Sent[] = []
        for (const one of steps) {
          if (one.type === 'arrive') {
            const { rank, tool, principal, patienceMs } = one
            const arrivedAt = world.clock.now()
            model.arrive({ rank, tool, principal, arrivedAt, deadline: arrivedAt + patienceMs })
            sent.push(world.send({ target: tool, principal, input: rank, deadline: arrivedAt + patienceMs }))
          } else if (one.type === 'wait') {
            model.expire(world.clock.now() + one.ms)
            world.clock.advance(one.ms)
          } else if (one.type === 'limit') {
            model.limit = one.to
            model.dispatch()
            own.limitTo(one.to)
          } else if (one.type === 'hold') {
            model.isPaused = one.isPaused
            model.dispatch()
            if (one.isPaused) own.pause()
            else own.resume()
          } else {
            const candidates = model.of(one.type === 'leave' ? 'waiting' : 'running')
            const known = candidates[one.which % Math.max(1, candidates.length)]
            if (known === undefined) continue
            const { call } = sent[known.id]!
            const running = world.handler.calls.find((held) => held.call === call)
            // A handler that goes on after its call was cancelled keeps its slot.
            if (one.type === 'cancel' || one.type === 'leave') call.abort('gone')
            if (one.type === 'leave') known.state = 'done'
            if (one.type === 'finish') running!.resolve()
            if (one.type === 'fail') running!.reject(new Error('broken'))
            if (one.type === 'finish' || one.type === 'fail') model.end(known)
          }
          await settle()
          const started = new Set(world.handler.calls.map(({ call }) => call))
          for (const known of model.calls) {
            const { call, outcome } = sent[known.id]!
            if (known.state === 'waiting') expect([outcome, started.has(call)]).toEqual(['open', false])
            if (known.state === 'running') expect([outcome, started.has(call)]).toEqual(['open', true])
            if (known.state === 'refused') {
              expect(started.has(call)).toBe(false)
              expect(outcome).toMatchObject({ error: { kind: 'rejected' } })
            }
            if (known.state === 'done') expect(outcome).not.toBe('open')
          }
          expect(own.state()).toMatchObject({
            limit: model.limit,
            inFlight: model.of('running').length,
            depth: model.of('waiting').length,
          })
        }
        if (model.of('waiting').length === 0) expect(world.clock.timers).toBe(0)
      },
    )
    await fc.assert(property, { numRuns: 300 })
  }, 120_000)
})
