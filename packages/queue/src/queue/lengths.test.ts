import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import { Lane } from './lane.ts'

const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isMore: fc.boolean() })

describe('the longest of all parties', () => {
  it('has as many waiters as any other, however they come and go', () => {
    const property = fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
      const lane = new Lane()
      for (const { key, isMore } of steps) {
        const party = lane.of(key)
        if (isMore) lane.lengths.grows(party)
        else if (party.size > 0) lane.lengths.shrinks(party)
        const most = Math.max(...['a', 'b', 'c', 'd', 'e'].map((one) => lane.of(one).size))
        expect(lane.lengths.longest?.size ?? 0).toBe(most)
      }
    })
    fc.assert(property, { numRuns: 500 })
  })

  it('makes room for who has less waiting, and is another as soon as it has', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 6, discipline: 'fifo' }))
    const send = (...principals: readonly string[]) => principals.map((principal) => world.send({ principal }))
    send('runs')
    const [a1, a2, a3, b1, b2, c1] = send('a', 'a', 'a', 'b', 'b', 'c')
    const [d1, d2] = send('d', 'd')
    await settle()
    const gone = [a1, a2, a3, b1, b2, c1, d1, d2].map((one) => errorOf(one!) !== undefined)
    // The newest of a first, then one of a or b, who have as many then; a second one of d has no better claim than they.
    expect(gone).toEqual([false, false, true, false, false, false, false, true])
  })
})
