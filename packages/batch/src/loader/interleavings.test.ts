import { fakeCall, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { heldBatches, settle, watch } from '../fixtures/heldBatches.ts'
import { loader } from '../index.ts'

const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ type: fc.constant('load' as const), key: fc.nat(4), call: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('leave' as const), call: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('answer' as const, 'fail' as const), nth: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('tick' as const) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(1, 30) }) },
)

describe.each([
  ['that each call has for itself', false],
  ['that calls share', true],
])('loads %s', (_, share) => {
  it('are all answered by a batch that was asked for them, within the limits, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 60 }),
        fc.record({
          maxBatchSize: fc.integer({ min: 1, max: 3 }),
          maxConcurrent: fc.integer({ min: 1, max: 3 }),
          waitMs: fc.constantFrom(0, 50),
        }),
        async (events, limits) => {
          const { maxBatchSize, maxConcurrent } = limits
          const clock = manualClock()
          const { run, batches } = heldBatches<number>()
          const numbers = loader(run, { share, ...limits, timeoutMs: Infinity, clock })
          const calls = Array.from({ length: 4 }, () => fakeCall({ clock }))
          const gone = new Set<number>()
          const loads: Array<{ key: number; call: number; seen: ReturnType<typeof watch> }> = []
          const answered = new Set<number>()
          const finish = (index: number, type: 'answer' | 'fail') => {
            const batch = batches[index]
            if (batch === undefined || answered.has(index)) return
            answered.add(index)
            if (type === 'fail') batch.reject(new Error('down'))
            else batch.answer((key) => ({ key, batch: index }))
          }
          for (const one of events) {
            if (one.type === 'load') {
              const seen = watch(numbers.load(one.key, calls[one.call] as object))
              loads.push({ key: one.key, call: one.call, seen })
            } else if (one.type === 'leave') {
              calls[one.call]?.abort('left')
              gone.add(one.call)
              await settle()
              // At once: whatever they waited for.
              for (const { call, seen } of loads) if (call === one.call) expect(seen.outcome).not.toBe('open')
            } else if (one.type === 'wait') clock.advance(one.ms)
            else if (one.type === 'tick') await settle()
            else finish(one.nth, one.type)
            const running = batches.filter(({ batch }, index) => !answered.has(index) && !batch.signal.aborted)
            // A batch that has just been answered gives its slot back a moment later.
            expect(running.length).toBeLessThanOrEqual(maxConcurrent)
          }
          for (let round = 0; round < 60 && loads.some(({ seen }) => seen.outcome === 'open'); round += 1) {
            for (const index of batches.keys()) finish(index, 'answer')
            await settle()
            clock.advance(50)
            await settle()
          }
          for (const { items } of batches) {
            expect(items.length).toBeLessThanOrEqual(maxBatchSize)
            expect(new Set(items).size).toBe(items.length)
          }
          for (const { key, call, seen } of loads) {
            const outcome = seen.outcome as { value?: { key: number; batch: number }; error?: unknown }
            expect(seen.outcome).not.toBe('open')
            if (outcome.value !== undefined) {
              expect(outcome.value.key).toBe(key)
              expect(batches[outcome.value.batch]?.items).toContain(key)
            } else if (outcome.error === 'left') expect(gone).toContain(call)
            else expect(outcome.error).toEqual(new Error('down'))
          }
          // A window that calls share closes in its own time, also when they have gone.
          if (share) clock.advance(50)
          expect(clock.timers).toBe(0)
        },
      ),
      { numRuns: 150 },
    )
  })
})
