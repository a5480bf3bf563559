import { fakeCall } from '@millrace/core/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settle, watch } from '../fixtures/heldBatches.ts'
import { heldItems, heldSource } from '../fixtures/heldItems.ts'
import { mapLimit } from '../index.ts'

it('mapLimit reads with room only, one at a time, and answers once, in whatever order things happen', async () => {
  const event = fc.record({
    type: fc.constantFrom('give', 'give', 'give', 'resolve', 'resolve', 'reject', 'end', 'fail', 'abort'),
    nth: fc.nat(4),
  })
  const property = fc.asyncProperty(
    fc.array(event, { minLength: 5, maxLength: 40 }),
    fc.integer({ min: 1, max: 4 }),
    fc.boolean(),
    async (happenings, maxConcurrent, partial) => {
      const source = heldSource()
      const { runs, run } = heldItems()
      const call = fakeCall()
      const results = watch<unknown>(mapLimit(source, run, { call, maxConcurrent, partial: partial as true }))
      const ended = new Map<number, unknown>()
      let given = 0
      let expected: typeof results.outcome = 'open'
      let isEnded = false
      const error = new Error('down')
      await settle()
      for (const { type, nth } of happenings) {
        const isOver = expected !== 'open'
        const open = runs.filter(({ item }) => !ended.has(item))
        const one = open[nth % Math.max(1, open.length)]
        if (type === 'abort') {
          call.abort('left')
          if (!isOver) expected = { error: 'left' }
        } else if (type === 'resolve' || type === 'reject') {
          if (one === undefined) continue
          const isGood = type === 'resolve'
          ended.set(one.item, isGood ? { status: 'fulfilled', value: one.item } : { status: 'rejected', reason: error })
          if (isGood) one.resolve(one.item)
          else one.reject(error)
          if (!isOver && !isGood && !partial) expected = { error }
        } else if (source.isAsked) {
          if (type === 'give') source.give((given += 1) - 1)
          else if (type === 'end') source.end()
          else source.fail(error)
          if (type === 'end' && !isOver) isEnded = true
          if (type === 'fail' && !isOver) expected = { error }
        }
        if (expected === 'open' && isEnded && ended.size === runs.length) {
          const all = Array.from({ length: given }, (_, n) => ended.get(n) as { value: unknown })
          expected = { value: partial ? all : all.map(({ value }) => value) }
        }
        const before = runs.length
        await settle()
        if (isOver) expect(runs).toHaveLength(before)
        expect(results.outcome).toEqual(expected)
        const running = runs.filter(({ item }) => !ended.has(item)).length
        expect(running).toBeLessThanOrEqual(maxConcurrent)
        if (expected === 'open') expect(source.isAsked).toBe(!isEnded && running < maxConcurrent)
        expect(source.closed).toBeLessThanOrEqual(1)
      }
      expect(runs.map(({ item }) => item)).toEqual(runs.map((_, n) => n))
    },
  )
  await fc.assert(property, { numRuns: 200 })
}, 60_000)
