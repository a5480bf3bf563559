import type { Entry, Store } from '@millrace/core'
import { manualClock, storeContract } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { folders } from '../fixtures/folders.ts'
import { diskStore } from './diskStore.ts'

const folder = folders()

describe('a store on disk', () => {
  for (const { name, run } of storeContract((clock) => diskStore({ path: folder(), clock }))) it(name, run)
})

it('has after a restart what it had before', async () => {
  const options = { path: folder(), clock: manualClock(1000) }
  const before = diskStore(options)
  await before.set('k', entryOf({ tags: ['t'] }))
  await before.close?.()
  const after = diskStore(options)
  expect(await after.get('k')).toEqual(entryOf({ tags: ['t'] }))
  expect(await after.invalidate({ tags: ['t'] })).toBe(1)
  await after.close?.()
})

it('writes what it was given last before it closes', async () => {
  const options = { path: folder(), clock: manualClock(1000) }
  const before = diskStore(options)
  const asked = before.set('k', entryOf())
  await before.close?.()
  expect(await asked).toBe(true)
  const after = diskStore(options)
  expect(await after.get('k')).toEqual(entryOf())
  await after.close?.()
})

it('knows nothing of what another namespace has', async () => {
  const [path, clock] = [folder(), manualClock(1000)]
  const one = diskStore({ path, clock })
  const other = diskStore({ path, clock, namespace: 'other' })
  await one.set('k', entryOf())
  expect(await other.get('k')).toBeUndefined()
  await other.clear()
  expect(await one.get('k')).toEqual(entryOf())
  await one.close?.()
  await other.close?.()
})

it('gives results that nobody can change', async () => {
  const store = diskStore({ path: folder(), clock: manualClock(1000) })
  await store.set('k', entryOf({ result: { deep: { n: 1 } } }))
  const found = (await store.get('k')) as Entry
  expect(Object.isFrozen(found.result['deep'])).toBe(true)
  await store.close?.()
})

const key = fc.constantFrom('a', 'b', 'c')
const tag = fc.constantFrom('x', 'y')
const step = fc.oneof(
  fc.record({ does: fc.constant('set' as const), key, tags: fc.uniqueArray(tag), size: fc.constantFrom(1, 3e4, 1e6) }),
  fc.record({ does: fc.constant('delete' as const), key }),
  fc.record({ does: fc.constant('invalidate' as const), tags: fc.uniqueArray(tag, { minLength: 1 }) }),
)

it('two stores of one namespace do what one map would, whatever is asked of which', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), step), { maxLength: 25 }), async (steps) => {
      const options = { path: folder(), clock: manualClock(1000), maxBytes: 2 ** 20 }
      const stores = [diskStore(options), diskStore(options)]
      const model = new Map<string, Entry>()
      for (const [which, one] of steps) {
        const store = stores[which] as Store
        if (one.does === 'set') {
          const entry = entryOf({ tags: one.tags, result: { text: 'x'.repeat(one.size) } })
          expect(await store.set(one.key, entry)).toBe(one.size < 1e6)
          if (one.size < 1e6) model.set(one.key, entry)
          else model.delete(one.key)
        } else if (one.does === 'delete') {
          expect(await store.delete(one.key)).toBe(model.delete(one.key))
        } else {
          const dropped = [...model].filter(([, { tags }]) => one.tags.some((wanted) => tags.includes(wanted)))
          for (const [name] of dropped) model.delete(name)
          expect(await store.invalidate({ tags: one.tags })).toBe(dropped.length)
        }
        for (const each of stores)
          for (const name of ['a', 'b', 'c']) expect(await each.get(name)).toEqual(model.get(name))
      }
      for (const each of stores) await each.close?.()
    }),
    { numRuns: 20 },
  )
})

it.each([
  [{}, 'diskStore.path must be a folder, got undefined'],
  [{ path: '' }, "diskStore.path must be the path of a folder, got ''"],
  [{ path: '/tmp/x', namespace: 'a/b' }, "diskStore.namespace must be letters, digits, '.', '_' and '-', got 'a/b'"],
  [{ path: '/tmp/x', maxBytes: 10 }, 'diskStore.maxBytes must be an integer ≥ 1048576 or Infinity, got 10'],
])('refuses %j', (options, message) => {
  expect(() => diskStore(options as never)).toThrow(new TypeError(message))
})

it('says which Node it needs where there is no SQLite', () => {
  const has = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
  expect(() => diskStore({ path: folder() })).toThrow(/^diskStore needs node:sqlite, which Node has from 22\.13 on/)
  has.mockRestore()
})
