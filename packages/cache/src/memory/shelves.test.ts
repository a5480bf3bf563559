import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { Expiry } from './expiry.ts'
import { ExpiryHeap } from './expiryHeap.ts'
import { fifo } from './fifo.ts'
import { lfu } from './lfu.ts'
import { lru } from './lru.ts'
import { manual } from './manual.ts'
import { Item } from './shelf.ts'
import type { Shelf } from './shelf.ts'
import { TagIndex } from './tagIndex.ts'
import { ttl } from './ttl.ts'

/** What a shelf does, done in the plainest way there is: a list searched from the front. */
interface Model {
  keys: Array<{ readonly key: string; uses: number; stamp: number; readonly keptUntil: number }>
}

type Step =
  | { readonly do: 'get' | 'take' | 'peek'; readonly key: string }
  | { readonly do: 'add'; readonly key: string; readonly keptUntil: number }
  | { readonly do: 'evict' | 'clear' }

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: fc.record({ do: fc.constantFrom('get' as const), key }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('take' as const, 'peek' as const), key }) },
  { weight: 40, arbitrary: fc.record({ do: fc.constant('add' as const), key, keptUntil: fc.nat(5) }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const) }) },
)

const item = (name: string, keptUntil = 0): Item => new Item(name, entryOf({ keptUntil }), 1)

/** Runs steps on a shelf and on the model, whose order says who goes first; undefined when nobody may. */
const agree = (
  shelfOf: (expiry: Expiry) => Shelf,
  first: (model: Model) => string | undefined,
  used: (model: Model, key: string) => void = () => {},
  length: { readonly minLength?: number; readonly maxLength: number } = { maxLength: 120 },
) =>
  fc.property(fc.array(step, length), (steps) => {
    const expiry = new Expiry()
    const shelf = shelfOf(expiry)
    const model: Model = { keys: [] }
    let stamp = 0
    const forget = (gone: string) => (model.keys = model.keys.filter((one) => one.key !== gone))
    for (const one of steps) {
      if (one.do === 'add') {
        const present = shelf.peek(one.key)
        if (present !== undefined) {
          shelf.take(one.key)
          expiry.take(present)
          forget(one.key)
        }
        const added = item(one.key, one.keptUntil)
        shelf.add(added)
        expiry.add(added)
        model.keys.push({ key: one.key, uses: 1, stamp: (stamp += 1), keptUntil: one.keptUntil })
      } else if (one.do === 'get') {
        const known = model.keys.find(({ key }) => key === one.key)
        expect(shelf.get(one.key)?.key).toBe(known?.key)
        if (known === undefined) continue
        known.uses += 1
        known.stamp = stamp += 1
        used(model, one.key)
      } else if (one.do === 'peek') {
        expect(shelf.peek(one.key) !== undefined).toBe(model.keys.some(({ key }) => key === one.key))
      } else if (one.do === 'take') {
        const present = shelf.peek(one.key)
        shelf.take(one.key)
        if (present !== undefined) expiry.take(present)
        forget(one.key)
      } else if (one.do === 'evict') {
        const expected = first(model)
        const evicted = shelf.evict()
        expect(evicted?.key).toBe(expected)
        if (evicted !== undefined) expiry.take(evicted)
        if (expected !== undefined) forget(expected)
      } else {
        shelf.clear()
        expiry.clear()
        model.keys = []
        used(model, '')
      }
      expect(shelf.size).toBe(model.keys.length)
      expect([...shelf.values()].map(({ key }) => key).sort()).toEqual(model.keys.map(({ key }) => key).sort())
    }
  })

const least = <One extends { readonly key: string }>(
  list: readonly One[],
  ...by: ReadonlyArray<(one: One) => number>
): string | undefined =>
  list.toSorted((a, b) => by.map((of) => of(a) - of(b)).find((difference) => difference !== 0) ?? 0)[0]?.key

describe('of two models of eviction, the plain one and ours, both agree', () => {
  it('on the least recently used', () => {
    fc.assert(
      agree(lru, ({ keys }) => least(keys, ({ stamp }) => stamp)),
      { numRuns: 500 },
    )
  })

  it('on the first in', () => {
    fc.assert(
      agree(fifo, ({ keys }) => keys[0]?.key),
      { numRuns: 500 },
    )
  })

  it('on nothing, where nothing goes of itself', () => {
    fc.assert(
      agree(manual, () => undefined),
      { numRuns: 100 },
    )
  })

  it('on the least frequently used, of those the least recently used, with all counts halved after ten uses each', () => {
    let uses = 0
    const count = (model: Model, key: string) => {
      if (key === '') uses = 0
      else uses += 1
      if (uses <= 10 * model.keys.length) return
      uses = 0
      const inOrder = model.keys.toSorted((a, b) => a.uses - b.uses || a.stamp - b.stamp)
      for (const [index, one] of inOrder.entries()) {
        one.uses = Math.max(1, Math.floor(one.uses / 2))
        // Where two counts become one, those that were rarer stay in front; all are older than what comes next.
        one.stamp = index - 1_000_000
      }
    }
    const property = agree(
      () => {
        uses = 0
        return lfu()
      },
      ({ keys }) =>
        least(
          keys,
          (one) => one.uses,
          (one) => one.stamp,
        ),
      count,
      { minLength: 200, maxLength: 400 },
    )
    fc.assert(property, { numRuns: 500 })
  })

  it('on what expires soonest', () => {
    const soonest = (steps: readonly Step[]) => {
      const expiry = new Expiry()
      const shelf = ttl(expiry)
      const known = new Map<string, number>()
      for (const one of steps) {
        if (one.do === 'add' && !known.has(one.key)) {
          const added = item(one.key, one.keptUntil)
          shelf.add(added)
          expiry.add(added)
          known.set(one.key, one.keptUntil)
        } else if (one.do === 'take') {
          const present = shelf.peek(one.key)
          shelf.take(one.key)
          if (present !== undefined) expiry.take(present)
          known.delete(one.key)
        } else if (one.do === 'evict') {
          const evicted = shelf.evict()
          // Of several that expire together any may go.
          expect(evicted?.entry.keptUntil).toBe(known.size === 0 ? undefined : Math.min(...known.values()))
          if (evicted === undefined) continue
          expiry.take(evicted)
          known.delete(evicted.key)
        }
        expect(shelf.size).toBe(known.size)
      }
    }
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), soonest), { numRuns: 500 })
  })
})

describe('least frequently used', () => {
  it('lets go in time of what was popular once', () => {
    const shelf = lfu()
    for (const name of ['once', 'b', 'c']) shelf.add(item(name))
    for (let n = 0; n < 25; n += 1) shelf.get('once')
    for (let n = 0; n < 60; n += 1) shelf.get(n % 2 === 0 ? 'b' : 'c')
    expect(shelf.evict()?.key).toBe('once')
  })
})

describe.each([
  ['the expiry heap', () => new ExpiryHeap()],
  ['what expires, in runs and the heap', () => new Expiry()],
])('%s', (_, made) => {
  it('always has the soonest first, whatever is added and taken', () => {
    const moves = fc.array(fc.record({ isAdd: fc.boolean(), at: fc.nat(50) }), { maxLength: 200 })
    fc.assert(
      fc.property(moves, (list) => {
        const expiry = made()
        const inside: Item[] = []
        for (const { isAdd, at } of list) {
          if (isAdd || inside.length === 0) {
            const added = item('x', at)
            expiry.add(added)
            inside.push(added)
          } else {
            expiry.take(inside.splice(at % inside.length, 1)[0] as Item)
          }
          expect(expiry.first?.entry.keptUntil).toBe(
            inside.length === 0 ? undefined : Math.min(...inside.map(({ entry }) => entry.keptUntil)),
          )
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the tag index', () => {
  it('takes no room for tags that nobody carries any more', () => {
    const index = new TagIndex()
    const items = Array.from(
      { length: 100 },
      (_, n) => new Item(`${n}`, entryOf({ tags: ['all', `own ${n}`, `own ${n}`] }), 1),
    )
    for (const one of items) index.add(one)
    expect(index.size).toBe(101)
    expect(index.withAny(['all', 'own 3', 'none']).size).toBe(100)
    for (const one of items) index.take(one)
    expect(index.size).toBe(0)
  })
})
