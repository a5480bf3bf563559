import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Heap } from './heap.ts'

it('a heap gives out what is due first, and of equals what went in first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (moments) => {
      const items = moments.map((at, order) => ({ at, order }))
      const heap = new Heap<{ readonly at: number; readonly order: number }>()
      for (const item of items) heap.add(item)
      const taken = items.map(() => heap.take())
      expect(taken).toEqual(items.toSorted((a, b) => a.at - b.at || a.order - b.order))
      expect(heap.take()).toBeUndefined()
    }),
  )
})
