import type { Entry } from '@millrace/core'
import type { Case, Group } from '../case.ts'
import { onFresh, onFreshSync } from '../fresh.ts'
import { disks, ownFolder } from '../peers/disks.ts'
import type { Disk } from '../peers/disks.ts'

const sizes: ReadonlyArray<readonly [string, number]> = [
  ['1 KB', 1_000],
  ['10 KB', 10_000],
  ['100 KB', 100_000],
]
const count = 200
const far = 9e12

const keyOf = (index: number): string => `tools/call search p {"q":"a city","page":${index % count}}`

const textOf = (bytes: number): string => 'some words of a result '.repeat(bytes / 23)

const entryOf = (bytes: number): Entry => ({
  result: { content: [{ type: 'text', text: textOf(bytes) }] },
  storedAt: Date.now(),
  freshUntil: far,
  keptUntil: far,
  loadMs: 10,
  bytes,
  operation: 'tools/call search',
  tags: ['cities'],
})

const openStore = async () => {
  const { diskStore } = await import('@millrace/cache')
  return diskStore({ path: ownFolder() })
}

const hit = (size: string, bytes: number): Case => ({
  name: `get of ${size}: diskStore`,
  base: `get of ${size}: diskStore`,
  ...(bytes <= 1_000 ? { bar: 20 } : {}),
  note: 'with checksum, JSON.parse and freezing',
  setup: async () => {
    const store = await openStore()
    for (let index = 0; index < count; index += 1) await store.set(keyOf(index), entryOf(bytes))
    return (times) =>
      onFreshSync(times, keyOf, (key) => {
        if (store.get(key) === undefined) throw new Error('it should have been there')
      })
  },
})

const stored = (size: string, bytes: number): Case => ({
  name: `set of ${size}: diskStore`,
  base: `set of ${size}: diskStore`,
  note: 'with its tags, expiry and room; 32 in one transaction',
  setup: async () => {
    const store = await openStore()
    const entry = entryOf(bytes)
    return async (times) => {
      for (let done = 0; done < times; done += 32) {
        const keys = Array.from({ length: Math.min(32, times - done) }, (_, index) => keyOf(done + index))
        await Promise.all(keys.map(async (key) => store.set(key, entry)))
      }
    }
  },
})

const bareHit = (size: string, bytes: number, { name, note, open }: Disk): Case => ({
  name: `get of ${size}: ${name}`,
  base: `get of ${size}: diskStore`,
  note: `bytes alone; ${note}`,
  setup: async () => {
    const disk = await open()
    const value = Buffer.from(textOf(bytes))
    for (let index = 0; index < count; index += 1) await disk.set(keyOf(index), value)
    const isThere = (found: Uint8Array | undefined): void => {
      if (found?.length !== value.length) throw new Error('it should have been there')
    }
    if (disk.get(keyOf(0)) instanceof Promise)
      return (times) => onFresh(times, keyOf, async (key) => isThere(await disk.get(key)))
    return (times) => onFreshSync(times, keyOf, (key) => isThere(disk.get(key) as Uint8Array | undefined))
  },
})

const bareSet = (size: string, bytes: number, { name, note, open }: Disk): Case => ({
  name: `set of ${size}: ${name}`,
  base: `set of ${size}: diskStore`,
  note: `bytes alone, one in a transaction; ${note}`,
  setup: async () => {
    const disk = await open()
    const value = Buffer.from(textOf(bytes))
    return async (times) => {
      for (let done = 0; done < times; done += 1) await disk.set(keyOf(done), value)
    }
  },
})

const near = (name: string, part: 'cached()' | 'get'): Case => ({
  name: `${part}, a hit of ${name}`,
  base: `${part}, a hit of memoryStore`,
  setup: async () => {
    const { cached, memoryStore, tiered } = await import('@millrace/cache')
    const { fakeCall } = await import('@millrace/core/testing')
    const store = name === 'memoryStore' ? memoryStore() : tiered(memoryStore(), await openStore())
    const cache = cached({ ttlMs: 3_600_000, store })
    const calls = (index: number) =>
      fakeCall({ input: { q: 'a city', page: index % 1_000 }, traits: { readOnly: true } })
    const never = async (): Promise<never> => {
      throw new Error('it should have been there')
    }
    for (let index = 0; index < 1_000; index += 1) await cache(calls(index), async () => entryOf(300).result)
    if (part === 'cached()') return (times) => onFresh(times, calls, (call) => cache(call, never))
    const keys = (index: number): string => cache.keyOf(calls(index)) as string
    return (times) => onFreshSync(times, keys, (key) => store.get(key))
  },
})

/** What it costs to keep results on disk, and to have it below memory. */
export const group: Group = {
  name: 'disk',
  module: import.meta.url,
  cases: [
    ...sizes.flatMap(([size, bytes]) => [hit(size, bytes), ...disks.map((disk) => bareHit(size, bytes, disk))]),
    ...sizes.flatMap(([size, bytes]) => [stored(size, bytes), ...disks.map((disk) => bareSet(size, bytes, disk))]),
    ...(['get', 'cached()'] as const).flatMap((part) => [near('memoryStore', part), near('tiered', part)]),
  ],
  comparisons: (['get', 'cached()'] as const).map((part) => ({
    name: `${part}, what tiers add to a hit in memory`,
    of: `${part}, a hit of tiered`,
    with: `${part}, a hit of memoryStore`,
    as: 'added' as const,
    bar: 0.1,
  })),
}
