import { subscribe } from '@millrace/core'
import { manualClock } from '@millrace/core/testing'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { folders } from '../fixtures/folders.ts'
import { diskStore } from './diskStore.ts'

const folder = folders()
const textOf = (bytes: number) => entryOf({ result: { text: 'x'.repeat(bytes) } })

it('stays as small as it was told to, whatever the sizes of what it is given', async () => {
  const path = folder()
  const maxBytes = 4 * 2 ** 20
  const store = diskStore({ path, clock: manualClock(1000), maxBytes })
  let seed = 1
  for (let n = 0; n < 1_500; n += 1) {
    seed = (seed * 48_271) % 2_147_483_647
    const entry = { ...textOf(seed % (n % 40 === 0 ? 1_500_000 : 12_000)), tags: [`t${n % 7}`] }
    expect(await store.set(`k${n}`, entry)).toBe(true)
    if (n % 50 === 0) {
      const sizes = readdirSync(path).map((name) => [name, statSync(join(path, name)).size] as const)
      const own = sizes.find(([name]) => name.endsWith('.db'))?.[1]
      expect(own).toBeLessThanOrEqual(maxBytes)
      expect(sizes.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(maxBytes + 8 * 2 ** 20)
    }
  }
  const { entries, bytes, evictions } = await store.stats()
  expect(entries + evictions).toBe(1_500)
  expect(bytes).toBeGreaterThan(maxBytes / 2)
  await store.close?.()
})

it('drops those written first, and says so', async () => {
  const store = diskStore({ path: folder(), clock: manualClock(1000), maxEntries: 2 })
  const evicted: unknown[] = []
  const stop = subscribe('cache', (event) => evicted.push(event))
  for (const key of ['a', 'b', 'a', 'c']) await store.set(key, entryOf())
  stop()
  expect(['a', 'b', 'c'].map((key) => store.get(key) !== undefined)).toEqual([true, false, true])
  expect(evicted).toMatchObject([{ type: 'cache.evicted', tier: 'disk', entries: 2 }])
  expect(await store.stats()).toMatchObject({ entries: 2, evictions: 1 })
  await store.close?.()
})

it('keeps nothing that is larger than half of it, nor what was there before', async () => {
  const store = diskStore({ path: folder(), clock: manualClock(1000), maxBytes: 2 ** 20 })
  await store.set('k', textOf(10))
  await store.set('other', textOf(10))
  expect(await store.set('k', textOf(600_000))).toBe(false)
  expect(await store.get('k')).toBeUndefined()
  expect(await store.get('other')).toBeDefined()
  await store.close?.()
})

it('grows without end when it may', async () => {
  const store = diskStore({ path: folder(), clock: manualClock(1000), maxBytes: Infinity })
  expect(await store.set('k', textOf(3_000_000))).toBe(true)
  await store.close?.()
})

it('frees what has expired, also when nobody asks for it, many in turns, and after a restart', async () => {
  const options = { path: folder(), clock: manualClock(1000) }
  const store = diskStore(options)
  await Promise.all(
    Array.from({ length: 600 }, async (_, n) => store.set(`k${n}`, entryOf({ keptUntil: 2000 + 10 * n }))),
  )
  options.clock.advance(2_005)
  expect(await store.stats()).toMatchObject({ entries: 499, expirations: 101 })
  await store.close?.()
  expect(options.clock.timers).toBe(0)
  const after = diskStore(options)
  options.clock.advance(10_000)
  expect(await after.stats()).toMatchObject({ entries: 0, bytes: 0, expirations: 499 })
  await after.close?.()
})
