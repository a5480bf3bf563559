import type { Entry, Store } from '@millrace/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { world } from '../fixtures/world.ts'
import { redisStore } from './redisStore.ts'

const here = world()
let count = 0

const key = fc.constantFrom('a', 'b', 'c')
const tag = fc.constantFrom('x', 'y')
const step = fc.oneof(
  fc.record({ does: fc.constant('set' as const), key, tags: fc.uniqueArray(tag), isTooLarge: fc.boolean() }),
  fc.record({ does: fc.constant('delete' as const), key }),
  fc.record({ does: fc.constant('invalidate' as const), tags: fc.uniqueArray(tag, { minLength: 1 }) }),
  fc.record({ does: fc.constant('pattern' as const), pattern: fc.constantFrom('*', 'a', 'b*') }),
)

it('two stores of one namespace do what one map would, whatever is asked of which', async () => {
  const redis = [here.open(), here.open()]
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { maxLength: 25 }), async (steps) => {
      count += 1
      const stores = redis.map((one) => redisStore({ redis: one, namespace: `steps-${count}`, maxEntryBytes: 500 }))
      const model = new Map<string, Entry>()
      for (const [which, one] of steps) {
        const store = stores[which] as Store
        if (one.does === 'set') {
          const text = 'x'.repeat(one.isTooLarge ? 1_000 : 10)
          const entry = entryOf({ target: one.key, tags: one.tags, result: { text } })
          expect(await store.set(one.key, entry)).toBe(!one.isTooLarge)
          if (one.isTooLarge) model.delete(one.key)
          else model.set(one.key, entry)
        } else if (one.does === 'delete') {
          expect(await store.delete(one.key)).toBe(model.delete(one.key))
        } else {
          const isDropped = ({ tags, target = '' }: Entry): boolean =>
            one.does === 'invalidate'
              ? one.tags.some((wanted) => tags.includes(wanted))
              : one.pattern === '*' || target === one.pattern.replace('*', '')
          const dropped = [...model].filter(([, entry]) => isDropped(entry))
          for (const [name] of dropped) model.delete(name)
          const match = one.does === 'invalidate' ? { tags: one.tags } : { pattern: one.pattern }
          expect(await store.invalidate(match)).toBe(dropped.length)
        }
      }
      for (const store of stores) {
        for (const name of ['a', 'b', 'c']) expect(await store.get(name)).toEqual(model.get(name))
      }
    }),
    { numRuns: 60 },
  )
})
