import { describe, expect, it } from 'vitest'
import { cached, memoryStore } from '../index.ts'
import type { CachedOptions } from '../index.ts'

const setting = 'a number ≥ 1 or Infinity or an object or false'

/** What keeps nothing; it would be a server without a cache, which nobody asked for. */
const nothing: readonly unknown[] = [
  undefined,
  {},
  { scope: 'public', staleMs: 1000, store: undefined },
  { tools: {} },
  { tools: { a: false, b: { invalidates: ['x'] } } },
  { lists: false, prompts: false, resources: false },
  { resources: { 'a://*': false } },
]

describe('cached refuses', () => {
  it.each<[unknown, string]>([
    [null, 'cached: options must be an object, got null'],
    [60_000, 'cached: options must be an object, got 60000'],
    [{ ttl: 1 }, 'cached.ttl is not an option; did you mean ttlMs?'],
    [{ ttlMs: -1 }, 'cached.ttlMs must be a number ≥ 1 or Infinity or a function, got -1'],
    [{ ttlMs: 0 }, 'cached.ttlMs must be a number ≥ 1 or Infinity or a function, got 0'],
    [{ ttlMs: Number.NaN }, 'cached.ttlMs must be a number ≥ 1 or Infinity or a function, got NaN'],
    [{ ttlMs: '60s' }, "cached.ttlMs must be a number ≥ 1 or Infinity or a function, got '60s'"],
    [{ ttlMs: 1, staleMs: -1 }, 'cached.staleMs must be a number ≥ 0 or Infinity, got -1'],
    [{ ttlMs: 1, staleIfErrorMs: true }, 'cached.staleIfErrorMs must be a number ≥ 0 or Infinity, got true'],
    [{ earlyRefresh: true }, 'cached.earlyRefresh must be a number from 0 to 1000 or false, got true'],
    [{ scope: 'shared' }, "cached.scope must be one of 'private', 'public', got 'shared'"],
    [{ varyBy: 'tenant' }, "cached.varyBy must be a function, got 'tenant'"],
    [{ key: 'id' }, "cached.key must be a function, got 'id'"],
    [{ tags: 'a' }, "cached.tags must be an array of strings that are not empty or a function, got 'a'"],
    [{ tags: [''] }, 'cached.tags must be an array of strings that are not empty or a function, got an array'],
    [{ hints: 1 }, 'cached.hints must be true or false, got 1'],
    [{ tools: ['a'] }, 'cached.tools must be an object, got an array'],
    [{ tools: { a: 0 } }, `cached.tools.a must be ${setting}, got 0`],
    [{ tools: { a: true } }, `cached.tools.a must be ${setting}, got true`],
    [{ tools: { a: {} } }, 'cached.tools.a.ttlMs must be given'],
    [{ tools: { a: { ttlMs: 0 } } }, 'cached.tools.a.ttlMs must be a number ≥ 1 or Infinity or a function, got 0'],
    [{ tools: { a: { ttlMS: 1 } } }, 'cached.tools.a.ttlMS is not an option; did you mean ttlMs?'],
    [
      { tools: { a: { ttlMs: 1, invalidates: ['x'] } } },
      'cached.tools.a: a tool that invalidates is not cached itself; take ttlMs out',
    ],
    [
      { tools: { a: { invalidates: 'x' } } },
      "cached.tools.a.invalidates must be an array of strings that are not empty or a function, got 'x'",
    ],
    [{ lists: true }, `cached.lists must be ${setting}, got true`],
    [{ lists: { staleMs: 1 } }, 'cached.lists.ttlMs must be given'],
    [{ ttlMs: 1, lists: { staleMs: 1 } }, 'cached.lists.ttlMs must be given'],
    [{ prompts: -1 }, `cached.prompts must be ${setting}, got -1`],
    [{ prompts: { ttlMs: 1, tools: {} } }, 'cached.prompts.tools is not an option; there are'],
    [{ resources: {} }, 'cached.resources.ttlMs must be given'],
    [{ resources: { ttlMs: 'x' } }, "cached.resources.ttlMs must be a number ≥ 1 or Infinity or a function, got 'x'"],
    [{ resources: { 'a://*': -1 } }, `cached.resources.a://* must be ${setting}, got -1`],
    [{ resources: { 'a://*': {} } }, 'cached.resources.a://*.ttlMs must be given'],
    [{ store: {} }, 'cached.store must be a store (with get, set, delete, invalidate, clear, stats), got an object'],
    [
      { store: new Map() },
      'cached.store must be a store (with get, set, delete, invalidate, clear, stats), got an object',
    ],
    [{ maxLoadMs: 0 }, 'cached.maxLoadMs must be a number ≥ 1 or Infinity, got 0'],
    [{ storeTimeoutMs: -5 }, 'cached.storeTimeoutMs must be a number ≥ 1 or Infinity, got -5'],
    [{ maxEntryBytes: 1.5 }, 'cached.maxEntryBytes must be an integer ≥ 1 or Infinity, got 1.5'],
    [{ maxInputLength: 0 }, 'cached.maxInputLength must be an integer ≥ 1 or Infinity, got 0'],
    [{ random: 0.5 }, 'cached.random must be a function, got 0.5'],
    ...nothing.map((options): [unknown, string] => [
      options,
      'cached: nothing would be cached; give ttlMs, or name tools, lists, resources or prompts',
    ]),
    [{ clock: Date }, 'cached.clock must be a clock (with now, after), got a function'],
  ])('%j', (options, message) => {
    expect(() => cached(options as CachedOptions)).toThrow(TypeError)
    expect(() => cached(options as CachedOptions)).toThrow(message)
  })
})

describe('cached takes', () => {
  it.each<[CachedOptions]>([
    [{ store: memoryStore() }],
    [{ lists: 1 }],
    [{ resources: { 'a://*': 1, '*': false } }],
    [{ ttlMs: Infinity, staleMs: 0, staleIfErrorMs: Infinity, earlyRefresh: 0, tags: [], scope: 'public' }],
    [{ ttlMs: undefined, tools: undefined, lists: undefined, prompts: 1, store: undefined }],
    [{ tools: { a: 1, b: { ttlMs: () => 1, scope: 'public' }, c: false, d: { invalidates: [] } } }],
    [{ lists: false, prompts: { ttlMs: 1 }, resources: { 'a://*': 1, '*': { ttlMs: 1 } } }],
    [{ ttlMs: 1, tools: { a: {} } }],
  ])('%j', (options) => {
    expect(cached(options)).toBeTypeOf('function')
  })
})
