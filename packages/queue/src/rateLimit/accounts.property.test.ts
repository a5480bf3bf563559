import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settle, worldOf } from '../fixtures/world.ts'
import { rateLimit } from '../index.ts'

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('ask' as const), who: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(100, 500, 3000) }) },
)

it('whoever has calls waiting, and whoever asked last, is remembered, however many keys come', async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 2, max: 8 }),
    fc.array(step, { minLength: 30, maxLength: 120 }),
    async (maxKeys, steps) => {
      // Whoever is forgotten could come again at once.
      const own = rateLimit({ calls: 1, maxKeys, maxWaitMs: 1000, maxQueued: 3 })
      const world = worldOf(own)
      const lastAt = new Map<string, number>()
      const waiting = new Map<object, string>()
      let last: string | undefined
      let seen = 0
      const look = async () => {
        await settle()
        for (const { call } of world.handler.calls.slice(seen)) {
          lastAt.set(call.principal!, world.clock.now())
          waiting.delete(call)
        }
        seen = world.handler.calls.length
        expect(own.waiting()).toBe(waiting.size)
      }
      for (const one of steps) {
        if (one.type === 'wait') {
          for (let ms = 0; ms < one.ms; ms += 100) {
            world.clock.advance(100)
            await look()
          }
          continue
        }
        const principal = `p${one.who}`
        const isKnown = principal === last || [...waiting.values()].includes(principal)
        const isEarly = world.clock.now() - (lastAt.get(principal) ?? -Infinity) < 1000
        const before = own.waiting()
        const { call } = world.send({ principal })
        if (own.waiting() > before) waiting.set(call, principal)
        await settle()
        if (isKnown && isEarly) expect(world.handler.calls).toHaveLength(seen)
        await look()
        last = principal
      }
    },
  )
  await fc.assert(property, { numRuns: 150 })
}, 60_000)
