import { fakeCall, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { heldBatches, settle, watch } from '../fixtures/heldBatches.ts'
import { batcher } from '../index.ts'

const event = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('add' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('leave' as const), nth: fc.nat(30) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('answer' as const, 'fail' as const, 'garbage' as const),
      nth: fc.nat(5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('flush' as const) }) },
)

it('every item runs once or was taken along, every caller is answered, and the limits hold, in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 60 }),
      fc.record({ maxSize: fc.integer({ min: 1, max: 4 }), maxConcurrent: fc.integer({ min: 1, max: 3 }) }),
      async (events, { maxSize, maxConcurrent }) => {
        const clock = manualClock()
        const { run, batches, items } = heldBatches<number>()
        const maxPending = 12
        const box = batcher(run, { maxSize, maxConcurrent, maxPending, timeoutMs: Infinity, clock })
        const adds: Array<{ n: number; call: ReturnType<typeof fakeCall>; seen: ReturnType<typeof watch> }> = []
        const open = new Set<number>()
        let settledBatches = 0
        const look = () => {
          const running = batches.length - settledBatches
          expect(running).toBeLessThanOrEqual(maxConcurrent)
          expect(box.pending).toBeLessThanOrEqual(maxPending)
          expect(items().every((batch) => batch.length >= 1 && batch.length <= maxSize)).toBe(true)
        }
        const finish = (index: number, type: 'answer' | 'fail' | 'garbage') => {
          const batch = batches[index]
          if (batch === undefined || open.has(index)) return
          open.add(index)
          if (!batch.batch.signal.aborted) settledBatches += 1
          if (type === 'answer') batch.answer((item) => item)
          else if (type === 'fail') batch.reject(new Error('down'))
          else batch.resolve('garbage')
        }
        for (const one of events) {
          if (one.type === 'add') {
            const n = adds.length
            const call = fakeCall({ clock })
            adds.push({ n, call, seen: watch(box.add(n, call)) })
          } else if (one.type === 'leave') adds[one.nth]?.call.abort('left')
          else if (one.type === 'wait') clock.advance(one.ms)
          else if (one.type === 'flush') void box.flush()
          else finish(one.nth, one.type)
          await settle()
          // A batch that everybody left has given its slot back without being answered.
          settledBatches = batches.filter(({ batch }, index) => open.has(index) || batch.signal.aborted).length
          look()
        }
        const closed = watch(box.close())
        for (let round = 0; round < 40 && closed.outcome === 'open'; round += 1) {
          for (const index of batches.keys()) finish(index, 'answer')
          await settle()
        }
        expect(closed.outcome).toEqual({ value: undefined })
        expect(box.pending).toBe(0)
        expect(clock.timers).toBe(0)
        const ran = items().flat()
        expect(new Set(ran).size).toBe(ran.length)
        expect(ran).toEqual(ran.toSorted((a, b) => a - b))
        for (const { n, seen } of adds) {
          const outcome = seen.outcome as { value?: unknown; error?: unknown }
          expect(seen.outcome).not.toBe('open')
          if ('value' in outcome) expect(outcome.value).toBe(n)
          else if (outcome.error !== 'left' && (outcome.error as { code?: string }).code !== 'ERR_BATCH_FULL')
            expect(ran).toContain(n)
        }
      },
    ),
    { numRuns: 150 },
  )
})
