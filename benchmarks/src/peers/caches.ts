import { peer } from '../case.ts'
import type { Input } from '../sdk/tools.ts'
import { keyOf, maxEntries, ttlMs } from './subject.ts'
import type { Subject, Value } from './subject.ts'

const millrace: Subject = {
  name: 'cached()',
  note: 'memoryStore; canonical key of the input',
  open: async (load) => {
    const { cached, memoryStore } = await import('@millrace/cache')
    const { fakeCall } = await import('@millrace/core/testing')
    const middleware = cached({ ttlMs, store: memoryStore({ maxEntries }) })
    const next = load as () => Promise<never>
    return {
      prepare: (input) => fakeCall({ target: 'search', input }),
      get: (call) => middleware(call, next) as Promise<never>,
    }
  },
}

const bentocache: Subject = {
  name: 'bentocache 1.6',
  note: 'memory L1, as by default with values as JSON; key JSON.stringify',
  open: async (load) => {
    const { BentoCache, bentostore } = await peer(() => import('bentocache'))
    const { memoryDriver } = await peer(() => import('bentocache/drivers/memory'))
    const bento = new BentoCache({
      default: 'memory',
      stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: maxEntries })) },
    })
    const factory = () => load()
    return { get: (input: Input) => bento.getOrSet({ key: keyOf(input), factory, ttl: ttlMs }) }
  },
}

const cacheable: Subject = {
  name: 'cacheable 2.5',
  note: 'primary in memory, as by default with clones; key JSON.stringify',
  open: async (load) => {
    const { Cacheable, createKeyv } = await peer(() => import('cacheable'))
    const cache = new Cacheable({ primary: createKeyv({ ttl: ttlMs, lruSize: maxEntries }) })
    const factory = () => load()
    return { get: (input: Input) => cache.getOrSet(keyOf(input), factory, { ttl: ttlMs }) }
  },
}

const cacheManager: Subject = {
  name: 'cache-manager 7.2',
  note: 'CacheableMemory store; key JSON.stringify',
  open: async (load) => {
    const { createCache } = await peer(() => import('cache-manager'))
    const { createKeyv } = await peer(() => import('cacheable'))
    const cache = createCache({ stores: [createKeyv({ ttl: ttlMs, lruSize: maxEntries })] })
    const factory = () => load()
    return { get: (input: Input) => cache.wrap(keyOf(input), factory, ttlMs) }
  },
}

const loaderOf = async (load: () => Promise<Value>) => {
  const { Loader } = await peer(() => import('layered-loader/core'))
  return new Loader<Value, Input>({
    inMemoryCache: { cacheType: 'lru-map', ttlInMsecs: ttlMs, maxItems: maxEntries },
    cacheKeyFromLoadParamsResolver: keyOf,
    dataSourceGetOneFn: () => load(),
  })
}

const layeredLoader: Subject = {
  name: 'layered-loader 16.1, get()',
  note: 'lru-map; key JSON.stringify',
  open: async (load) => {
    const loader = await loaderOf(load)
    return { get: (input: Input) => loader.get(input) as Promise<Value> }
  },
}

const layeredLoaderShortCut: Subject = {
  name: 'layered-loader 16.1, getInMemoryOnly() first',
  note: 'the short cut of its documentation: a hit makes no promise',
  open: async (load) => {
    const loader = await loaderOf(load)
    return {
      get: (input: Input) => loader.getInMemoryOnly(input) ?? (loader.getAsyncOnly(input) as Promise<Value>),
    }
  },
}

const asyncCacheDedupe: Subject = {
  name: 'async-cache-dedupe 3.4',
  note: 'memory; key by its own safe-stable-stringify',
  open: async (load) => {
    const { createCache } = await peer(() => import('async-cache-dedupe'))
    const cache = createCache({
      ttl: ttlMs / 1000,
      storage: { type: 'memory', options: { size: maxEntries } },
    }).define('load', (_input: Input) => load())
    return { get: (input: Input) => cache.load(input) }
  },
}

/** The fastest of the others that loads. */
export const lruFetch: Subject = {
  name: 'lru-cache 11.5, fetch()',
  note: 'key JSON.stringify',
  open: async (load) => {
    const { LRUCache } = await peer(() => import('lru-cache'))
    const cache = new LRUCache<string, Value>({ max: maxEntries, ttl: ttlMs, fetchMethod: () => load() })
    return { get: (input: Input) => cache.fetch(keyOf(input)) }
  },
}

const lruGet: Subject = {
  name: 'lru-cache 11.5, get()',
  note: 'no loading, no promise; key JSON.stringify',
  open: async (load) => {
    const { LRUCache } = await peer(() => import('lru-cache'))
    const cache = new LRUCache<string, Value>({ max: maxEntries, ttl: ttlMs })
    const fill = async (key: string) => {
      const value = await load()
      cache.set(key, value)
      return value
    }
    return {
      get: (input: Input) => {
        const key = keyOf(input)
        return cache.get(key) ?? fill(key)
      },
    }
  },
}

/** Ours first, then the others. */
export const caches: readonly Subject[] = [
  millrace,
  bentocache,
  cacheable,
  cacheManager,
  layeredLoader,
  layeredLoaderShortCut,
  asyncCacheDedupe,
  lruFetch,
  lruGet,
]

/** Those that load once for all who wait. */
export const singleFlights: readonly Subject[] = caches.filter((one) => one !== lruGet && one !== layeredLoaderShortCut)
