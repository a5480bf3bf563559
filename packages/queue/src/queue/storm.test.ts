import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'
import { priorities } from '../priority.ts'

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      rank: fc.nat(3),
      tool: fc.constantFrom('a', 'b'),
      principal: fc.constantFrom('ann', 'bob', undefined),
      patienceMs: fc.constantFrom(Infinity, 250),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('finish' as const, 'fail' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 7, 40, 600) }) },
)

const settings = fc.record({
  maxConcurrent: fc.constantFrom<NonNullable<QueueOptions['maxConcurrent']>>(1, 3, {}, { initial: 2, max: 4 }),
  perTool: fc.constantFrom(1, { a: 2 }, Infinity),
  perPrincipal: fc.constantFrom(1, 2, Infinity),
  maxQueued: fc.constantFrom(0, 3, 1000),
  discipline: fc.constantFrom('adaptive' as const, 'lifo' as const, 'fifo' as const),
  graceMs: fc.constantFrom(0, 100, Infinity),
})

describe('a queue, whatever its settings', () => {
  it('loses nobody, runs nobody twice, refuses nobody it has started, and is empty in the end', async () => {
    const property = fc.asyncProperty(
      settings,
      fc.array(step, { minLength: 20, maxLength: 120 }),
      async (options, steps) => {
        const own = queue({ ...options, priority: ({ input }) => priorities[input as 0] })
        const world = worldOf(own)
        const sent: Sent[] = []
        const open = () =>
          world.handler.calls.filter(({ call }) => sent.some((one) => one.call === call && isOpen(one)))
        for (const one of steps) {
          if (one.type === 'arrive') {
            const { rank, tool, principal, patienceMs } = one
            sent.push(world.send({ target: tool, principal, input: rank, deadline: world.clock.now() + patienceMs }))
          } else if (one.type === 'wait') world.clock.advance(one.ms)
          else if (one.type === 'abort') sent[one.which % Math.max(1, sent.length)]?.call.abort('gone')
          else {
            const running = open()
            const who = running[one.which % Math.max(1, running.length)]
            if (one.type === 'finish') who?.resolve()
            else who?.reject(new Error('broken'))
          }
          await settle()
          const { inFlight, limit, depth } = own.state()
          expect(depth).toBeLessThanOrEqual(options.maxQueued)
          // Only a limit that has just fallen, and handlers that overran, may be above it.
          if (typeof options.maxConcurrent === 'number') expect(inFlight).toBeLessThanOrEqual(limit)
        }
        for (let rounds = 0; open().length > 0 || own.state().depth > 0; rounds += 1) {
          expect(rounds).toBeLessThan(1000)
          for (const running of open()) running.resolve()
          await settle()
          world.clock.advance(1)
        }
        await own.idle()
        expect(sent.filter(isOpen)).toEqual([])
        const started = world.handler.calls.map(({ call }) => call)
        expect(new Set(started).size).toBe(started.length)
        for (const one of sent) {
          const isRefused = (errorOf(one) as { readonly kind?: string } | undefined)?.kind === 'rejected'
          expect(isRefused && started.includes(one.call)).toBe(false)
        }
        expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
        expect(world.clock.timers).toBe(0)
      },
    )
    await fc.assert(property, { numRuns: 200 })
  }, 120_000)
})

const isOpen = ({ outcome }: Sent): boolean => outcome === 'open'
