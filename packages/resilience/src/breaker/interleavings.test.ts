import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BreakerModel } from '../fixtures/breakerModel.ts'
import type { ModelCall } from '../fixtures/breakerModel.ts'
import { settle, worldOf } from '../fixtures/world.ts'
import { breaker } from '../index.ts'

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('arrive' as const) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('fail' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('finish' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 500, 1000, 3000) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('force' as const), to: fc.constantFrom('closed', 'isolated') }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
)

const numbers = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  minCalls: fc.integer({ min: 1, max: 4 }),
  failureRatio: fc.constantFrom(0.1, 0.34, 0.5, 1),
  slowRatio: fc.constantFrom(0.5, 1),
  slowCallMs: fc.constantFrom(500, Infinity),
  openMs: fc.constantFrom(0, 500, 2000),
  halfOpenProbes: fc.integer({ min: 1, max: 4 }),
  maxHalfOpenMs: fc.constantFrom(0, 500, 4000),
})

describe.each(['count', 'time'] as const)('a breaker that looks at a window of %s', (window) => {
  it('does what a plain model does, however calls arrive, fail, finish, leave and wait, in one process or the next', async () => {
    const property = fc.asyncProperty(
      numbers,
      fc.array(step, { minLength: 20, maxLength: 100 }),
      async (given, steps) => {
        const options = {
          ...given,
          window,
          minCalls: window === 'count' ? Math.min(given.minCalls, given.size) : given.minCalls,
        }
        let own = breaker({ ...options, jitterRatio: 0 })
        const world = worldOf((call, next) => own(call, next))
        let [admitted, refused] = [0, 0]
        const model = new BreakerModel({
          ...options,
          slowRatio: options.slowCallMs === Infinity ? 2 : options.slowRatio,
        })
        const running: Array<{ readonly sent: Sent; readonly known: ModelCall; readonly index: number }> = []
        for (const one of steps) {
          if (one.type === 'wait') world.clock.advance(one.ms)
          else if (one.type === 'arrive') {
            const known = model.arrive(world.clock.now())
            const index = world.handler.calls.length
            const sent = world.send()
            await settle()
            expect(sent.outcome === 'open').toBe(known !== undefined)
            if (known === undefined) refused += 1
            else {
              admitted += 1
              running.push({ sent, known, index })
            }
          } else if (one.type === 'restart') {
            model.restart()
            running.length = admitted = refused = 0
            own = breaker({ ...options, jitterRatio: 0, initialState: JSON.parse(JSON.stringify(own)) })
          } else if (one.type === 'force') {
            if (own.state('tools/call tool') === undefined) continue
            model.force(one.to)
            if (one.to === 'closed') own.reset()
            else own.isolate('tools/call tool')
          } else {
            const [who] = running.splice(one.which % Math.max(1, running.length), 1)
            if (who === undefined) continue
            const { resolve, reject } = world.handler.calls[who.index]!
            if (one.type === 'cancel') {
              model.cancel(who.known)
              who.sent.call.abort('gone')
              // What it comes to afterwards is nobody's business.
              if (one.which % 2 === 0) reject(new Error('late'))
            } else {
              model.end(who.known, one.type === 'fail', world.clock.now())
              if (one.type === 'fail') reject(new Error('broken'))
              else resolve()
            }
            await settle()
          }
          const { successes, failures, ignored, rejected, running: open } = own.stats()
          expect([open, rejected]).toEqual([running.length, refused])
          expect(successes + failures + ignored + open).toBe(admitted)
          const seen = own.state('tools/call tool')
          if (seen === undefined) continue
          expect(seen.type).toBe(model.state)
          if (seen.type === 'halfOpen')
            expect(seen).toMatchObject({ permits: model.permits, ...model.tally(world.clock.now()) })
          if (seen.type === 'open') expect(seen.until).toBe(model.until)
          if (seen.type === 'closed' && window === 'count') expect(seen).toMatchObject(model.tally(0))
        }
        expect(world.clock.timers).toBe(0)
      },
    )
    await fc.assert(property, { numRuns: 250 })
  }, 60_000)
})
