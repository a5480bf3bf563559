import type { Call, Middleware, Result, Store } from '@millrace/core'
import { expectTypeOf } from 'vitest'
import { cached, memoryStore, warm } from './index.ts'
import type { Cached, CachedOptions, CacheStats, Ttl, Warmed } from './index.ts'

// A cache is a middleware, and says its place.
const cache = cached({ ttlMs: 1000 })
expectTypeOf(cache).toEqualTypeOf<Cached>()
expectTypeOf(cache).toExtend<Middleware>()
expectTypeOf(cache.stage).toEqualTypeOf<'cached'>()

// What it can be asked.
expectTypeOf(cache.invalidate).returns.toEqualTypeOf<Promise<number>>()
expectTypeOf(cache.invalidates).returns.toEqualTypeOf<Middleware>()
expectTypeOf(cache.stats).returns.toEqualTypeOf<Promise<CacheStats>>()
expectTypeOf(cache.keyOf).toEqualTypeOf<(call: Call) => string | undefined>()
expectTypeOf(cache.warm).toEqualTypeOf<typeof warm>()
expectTypeOf(warm).returns.toEqualTypeOf<Promise<Warmed>>()
expectTypeOf(memoryStore).returns.toEqualTypeOf<Store>()

// Settings by number, by rule, off.
expectTypeOf<CachedOptions['ttlMs']>().toEqualTypeOf<Ttl | undefined>()
expectTypeOf<60_000>().toExtend<CachedOptions['lists']>()
expectTypeOf<false>().toExtend<CachedOptions['prompts']>()
expectTypeOf<{ ttlMs: () => number; scope: 'public' }>().toExtend<CachedOptions['resources']>()
expectTypeOf<{ readonly 'atlas://city/*': 1000; readonly '*': false }>().toExtend<CachedOptions['resources']>()
expectTypeOf<{ search: 1; other: false; write: { invalidates: string[] } }>().toExtend<CachedOptions['tools']>()
expectTypeOf<true>().not.toExtend<CachedOptions['lists']>()
expectTypeOf<{ search: '60s' }>().not.toExtend<CachedOptions['tools']>()
expectTypeOf<{ search: { scope: 'shared' } }>().not.toExtend<CachedOptions['tools']>()

// Functions of a rule know what they get.
cached({
  ttlMs: (call, result) => {
    expectTypeOf(call).toEqualTypeOf<Call>()
    expectTypeOf(result).toEqualTypeOf<Result>()
    return 1000
  },
  tools: { write: { invalidates: async (call) => ({ principal: call.principal }) } },
})

// @ts-expect-error without options nothing would be cached
cached()
