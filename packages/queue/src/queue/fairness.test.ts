import { subscribe } from '@millrace/core'
import type { Sent } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ledger } from '../fixtures/ledger.ts'
import { settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import { priorities } from '../priority.ts'

const step = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('arrive' as const),
      rank: fc.constantFrom(2, 2, 2, 0, 3),
      tool: fc.constantFrom('a', 'b'),
      principal: fc.constantFrom('ann', 'ann', 'ann', 'bob', 'cyd', 'dan'),
      weight: fc.constantFrom(1, 1, 1, 2, 3, 9),
    }),
  },
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('finish' as const, 'fail' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 90, 500, 1500) }),
  },
)

const settings = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 4 }),
  perTool: fc.constantFrom(1, 2, Infinity),
  perPrincipal: fc.constantFrom(1, 2, Infinity),
  maxQueued: fc.constantFrom(2, 5, 9, Infinity),
  discipline: fc.constantFrom('fifo' as const, 'lifo' as const),
  graceMs: fc.constantFrom(0, 100, 1000, Infinity),
})

interface Input {
  readonly rank: 0 | 1 | 2 | 3
  readonly weight: number
}

describe('a queue, of callers who take turns and handlers that do not stop', () => {
  it('loses and doubles no slot, overtakes nobody, exceeds no limit and leaves no slot unused', async () => {
    const property = fc.asyncProperty(
      settings,
      fc.boolean(),
      fc.array(step, { minLength: 20, maxLength: 120 }),
      async (options, isWeighed, steps) => {
        const own = queue({
          ...options,
          ...(isWeighed ? { weight: ({ input }) => (input as Input).weight } : {}),
          priority: ({ input }) => priorities[(input as Input).rank],
          // What hangs has a chapter of its own.
          classBy: () => 'all',
        })
        const world = worldOf(own)
        const ledger = new Ledger(options, () => world.clock.now())
        const sent: Sent[] = []
        const stop = subscribe('queue', (event) => ledger.hear(event))
        const settleHandler = (id: number, error?: Error) => {
          ledger.ends(ledger.entries[id]!)
          const running = world.handler.calls.find(({ call }) => call === sent[id]!.call)!
          if (error === undefined) running.resolve()
          else running.reject(error)
        }
        try {
          for (const one of steps) {
            if (one.type === 'arrive') {
              const { rank, tool, principal } = one
              const { id, weight } = ledger.arrives(rank, tool, principal, isWeighed ? one.weight : 1)
              sent.push(world.send({ target: tool, operation: String(id), principal, input: { rank, weight } }))
            } else if (one.type === 'wait') world.clock.advance(one.ms)
            else {
              const all = one.type === 'leave' ? ledger.of('waiting') : ledger.of('running', 'overran')
              const entry = all[one.which % Math.max(1, all.length)]
              if (entry === undefined) continue
              if (one.type === 'finish') settleHandler(entry.id)
              else if (one.type === 'fail') settleHandler(entry.id, new Error('broken'))
              else {
                entry.abortedAt = Math.min(entry.abortedAt, world.clock.now())
                sent[entry.id]!.call.abort('gone')
              }
            }
            await settle()
            ledger.rests()
            expect(ledger.complaints).toEqual([])
            expect(own.state()).toMatchObject({
              inFlight: ledger.used,
              depth: ledger.of('waiting').length,
            })
          }
          for (let last = ledger.open; last !== undefined; last = ledger.open) {
            settleHandler(last.id)
            await settle()
          }
        } finally {
          stop()
        }
        expect(ledger.complaints).toEqual([])
        expect(sent.filter(({ outcome }) => outcome === 'open')).toEqual([])
        expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
        expect(world.clock.timers).toBe(0)
      },
    )
    await fc.assert(property, { numRuns: 500 })
  }, 120_000)
})
