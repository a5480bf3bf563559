import type { Entry } from '@millrace/core'
import { peer } from '../case.ts'
import { maxEntries, ttlMs } from './subject.ts'
import type { Value } from './subject.ts'

/** Something that keeps values under keys. */
export interface Keeping {
  readonly name: string
  readonly note?: string
  open(): Promise<(key: string, value: Value) => unknown>
}

const memoryStore: Keeping = {
  name: 'memoryStore().set',
  open: async () => {
    const { memoryStore } = await import('@millrace/cache')
    const { systemClock } = await import('@millrace/core')
    const store = memoryStore({ maxEntries })
    return (key, result) => {
      const now = systemClock.now()
      const entry: Entry = {
        result: result as never,
        storedAt: now,
        freshUntil: now + ttlMs,
        keptUntil: now + ttlMs,
        loadMs: 1,
        bytes: 300,
        operation: 'tools/call search',
        principal: undefined,
        target: 'search',
        tags,
      }
      return store.set(key, entry)
    }
  },
}

const lru: Keeping = {
  name: 'lru-cache 11.5 set()',
  open: async () => {
    const { LRUCache } = await peer(() => import('lru-cache'))
    const cache = new LRUCache<string, Value>({ max: maxEntries, ttl: ttlMs })
    return (key, value) => cache.set(key, value)
  },
}

const bentocache: Keeping = {
  name: 'bentocache 1.6 set()',
  open: async () => {
    const { BentoCache, bentostore } = await peer(() => import('bentocache'))
    const { memoryDriver } = await peer(() => import('bentocache/drivers/memory'))
    const bento = new BentoCache({
      default: 'memory',
      stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: maxEntries })) },
    })
    return (key, value) => bento.set({ key, value, ttl: ttlMs })
  },
}

const cacheable: Keeping = {
  name: 'cacheable 2.5 set()',
  open: async () => {
    const { Cacheable, createKeyv } = await peer(() => import('cacheable'))
    const cache = new Cacheable({ primary: createKeyv({ ttl: ttlMs, lruSize: maxEntries }) })
    return (key, value) => cache.set(key, value, ttlMs)
  },
}

const cacheManager: Keeping = {
  name: 'cache-manager 7.2 set()',
  open: async () => {
    const { createCache } = await peer(() => import('cache-manager'))
    const { createKeyv } = await peer(() => import('cacheable'))
    const cache = createCache({ stores: [createKeyv({ ttl: ttlMs, lruSize: maxEntries })] })
    return (key, value) => cache.set(key, value, ttlMs)
  },
}

const tags: readonly string[] = []

/** Ours first, then the others. */
export const stores: readonly Keeping[] = [memoryStore, lru, bentocache, cacheable, cacheManager]
