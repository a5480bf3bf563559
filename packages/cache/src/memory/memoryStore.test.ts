import type { CacheEvent } from '@millrace/core'
import { manualClock, storeContract } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { eventsOf } from '../fixtures/world.ts'
import { memoryStore } from '../index.ts'
import type { Evict, MemoryStoreOptions } from '../index.ts'
import { MemoryStore } from './memoryStore.ts'
import { weigh } from './weight.ts'

const policies: readonly Evict[] = ['lru', 'lfu', 'fifo', 'ttl', 'manual']

const storeOf = (options: MemoryStoreOptions = {}) => {
  const clock = manualClock()
  return { clock, store: new MemoryStore({ clock, ...options }) }
}

describe.each(policies)('memoryStore, evicting by %s, keeps the contract of a store', (evict) => {
  for (const { name, run } of storeContract((clock) => memoryStore({ clock, evict }))) it(name, run)
})

describe('memoryStore', () => {
  it('does nothing until something is stored, and waits for nothing once all is gone', () => {
    const { clock, store } = storeOf()
    expect(clock.timers).toBe(0)
    store.set('a', entryOf())
    store.set('b', entryOf())
    expect(clock.timers).toBe(1)
    store.delete('a')
    expect(clock.timers).toBe(1)
    store.delete('b')
    expect(clock.timers).toBe(0)
    store.set('c', entryOf())
    store.clear()
    expect(clock.timers).toBe(0)
    store.set('d', entryOf())
    store.close()
    expect(clock.timers).toBe(0)
  })

  it('frees what has expired within a second, though nobody asks for it again', () => {
    const { clock, store } = storeOf()
    for (let n = 0; n < 10; n += 1) store.set(`${n}`, entryOf({ keptUntil: 1000 + n * 100, tags: ['t'] }))
    clock.advance(999)
    expect(store.stats()).toMatchObject({ entries: 10, expirations: 0 })
    clock.advance(1001)
    expect(store.stats()).toEqual({ entries: 0, bytes: 0, evictions: 0, expirations: 10 })
    expect(clock.timers).toBe(0)
  })

  it('gives nothing past its end, also before that is freed', () => {
    const { store } = storeOf()
    store.set('k', entryOf({ keptUntil: 3000 }))
    expect(store.read('k', 2999)).toBeDefined()
    expect(store.read('k', 3000)).toBeUndefined()
    expect(store.stats()).toMatchObject({ entries: 0, expirations: 1 })
  })

  it('sets no timer for what expires later than what it waits for', () => {
    const { clock, store } = storeOf()
    const after = vi.spyOn(clock, 'after')
    for (let n = 0; n < 100; n += 1) store.set(`${n}`, entryOf({ keptUntil: 3000 + n }))
    expect(after).toHaveBeenCalledOnce()
  })

  it('frees what expires sooner than what was there before', () => {
    const { clock, store } = storeOf()
    store.set('late', entryOf({ keptUntil: 10_000_000 }))
    store.set('soon', entryOf({ keptUntil: 50 }))
    clock.advance(50)
    expect(store.stats()).toMatchObject({ entries: 1 })
    clock.advance(9_999_950)
    expect(store.stats()).toMatchObject({ entries: 0 })
  })

  it('frees much in turns, without a pause between them', () => {
    const { clock, store } = storeOf()
    for (let n = 0; n < 5000; n += 1) store.set(`${n}`, entryOf({ keptUntil: 1000 }))
    clock.advance(1000)
    expect(store.stats()).toMatchObject({ entries: 0, expirations: 5000 })
  })

  it('keeps nothing that has expired when it comes, and drops what that was to replace', () => {
    const { clock, store } = storeOf()
    store.set('k', entryOf())
    clock.advance(100)
    store.set('k', entryOf({ keptUntil: 100 }))
    expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('makes room of what has expired before it evicts', () => {
    let now = 0
    // Its timers are late.
    const clock = { now: () => now, after: () => ({ cancel: () => {} }) }
    const store = new MemoryStore({ clock, maxEntries: 2 })
    store.set('used least', entryOf())
    store.set('expired', entryOf({ keptUntil: 10 }))
    now = 10
    store.set('new', entryOf())
    expect(store.get('used least')).toBeDefined()
    expect(store.get('new')).toBeDefined()
    expect(store.stats()).toMatchObject({ entries: 2, evictions: 0, expirations: 1 })
  })

  it('takes nothing new while it is full and nothing goes of itself', () => {
    const { clock, store } = storeOf({ maxEntries: 1, evict: 'manual' })
    expect(store.set('old', entryOf({ keptUntil: 1000 }))).toBe(true)
    expect(store.set('new', entryOf())).toBe(false)
    expect([store.get('old') !== undefined, store.get('new')]).toEqual([true, undefined])
    store.set('old', entryOf({ keptUntil: 2000 }))
    expect(store.get('old')?.keptUntil).toBe(2000)
    clock.advance(2000)
    store.set('new', entryOf())
    expect(store.get('new')).toBeDefined()
  })

  it('says what it evicts', async () => {
    const { store } = storeOf({ maxEntries: 1 })
    const events = await eventsOf(async () => {
      store.set('a', entryOf())
      store.set('b', entryOf())
    })
    expect(events).toEqual<CacheEvent[]>([{ type: 'cache.evicted', tier: 'memory', entries: 0, bytes: 0 }])
  })

  it.each<[number, Evict]>([
    [1_000_000, 'lru'],
    [200_000, 'lfu'],
    [200_000, 'fifo'],
    [200_000, 'ttl'],
    [200_000, 'manual'],
  ])('stays inside its bounds over %i inserts, evicting by %s', { timeout: 60_000 }, (inserts, evict) => {
    const maxBytes = 2 ** 20
    const { store } = storeOf({ maxBytes, maxEntries: 1000, evict })
    for (let n = 0; n < inserts; n += 1) {
      store.set(`key ${n}`, entryOf({ keptUntil: 3000 + (n % 7), tags: n % 100 === 0 ? [`tag ${n % 500}`] : [] }))
      if (n % 1000 === 0) {
        const { bytes, entries } = store.stats()
        expect(bytes).toBeLessThanOrEqual(maxBytes)
        expect(entries).toBeLessThanOrEqual(1000)
      }
    }
    const { entries, bytes, evictions } = store.stats()
    expect(entries).toBe(1000)
    expect(evictions).toBe(evict === 'manual' ? 0 : inserts - 1000)
    expect(bytes).toBeGreaterThan(entries * 400)
  })

  it('stays inside maxBytes when entries are large', () => {
    const { store } = storeOf({ maxBytes: 100_000 })
    for (let n = 0; n < 1000; n += 1) {
      store.set(`${n}`, entryOf({ result: { text: 'x'.repeat(n * 20) } }))
      expect(store.stats().bytes).toBeLessThanOrEqual(100_000)
    }
    expect(store.get('999')).toBeDefined()
  })

  it('does not keep what is larger than all its room, evicts nothing for it, and warns once', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { store } = storeOf({ maxBytes: 10_000 })
    store.set('small', entryOf())
    expect(store.set('large', entryOf({ result: { text: 'x'.repeat(10_000) } }))).toBe(false)
    expect(store.get('large')).toBeUndefined()
    expect(store.get('small')).toBeDefined()
    store.set('small', entryOf({ result: { text: 'x'.repeat(10_000) } }))
    expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
    expect(warn).toHaveBeenCalledOnce()
    expect(warn).toHaveBeenCalledWith(
      expect.stringMatching(
        /^memoryStore: an entry takes \d{5} bytes of memory and is not kept; raise maxBytes, now 10000$/,
      ),
      { type: 'MillraceWarning', code: 'MILLRACE_CACHE' },
    )
    warn.mockRestore()
  })

  it('counts a replaced entry once', () => {
    const { store } = storeOf()
    store.set('k', entryOf({ result: { text: 'x'.repeat(1000) } }))
    store.set('k', entryOf())
    expect(store.stats()).toMatchObject({ entries: 1, bytes: weigh('k', entryOf()) })
  })

  it('has no bound on entries when asked for none', () => {
    const { store } = storeOf({ maxEntries: Infinity, maxBytes: Infinity })
    for (let n = 0; n < 20_000; n += 1) store.set(`${n}`, entryOf())
    expect(store.stats()).toMatchObject({ entries: 20_000, evictions: 0 })
  })

  it.each<[unknown, string]>([
    [{ maxEntries: 0 }, 'memoryStore.maxEntries must be an integer ≥ 1 or Infinity, got 0'],
    [{ maxEntries: 1.5 }, 'memoryStore.maxEntries must be an integer ≥ 1 or Infinity, got 1.5'],
    [{ maxBytes: -1 }, 'memoryStore.maxBytes must be an integer ≥ 1 or Infinity, got -1'],
    [{ maxBytes: '64MB' }, "memoryStore.maxBytes must be an integer ≥ 1 or Infinity, got '64MB'"],
    [{ evict: 'random' }, "memoryStore.evict must be one of 'lru', 'lfu', 'fifo', 'ttl', 'manual', got 'random'"],
    [{ clock: {} }, 'memoryStore.clock must be a clock (with now, after), got an object'],
    [{ max: 1 }, 'memoryStore.max is not an option; did you mean maxEntries?'],
    [null, 'memoryStore: options must be an object, got null'],
  ])('refuses %j', (options, message) => {
    expect(() => memoryStore(options as MemoryStoreOptions)).toThrow(new TypeError(message))
  })
})

describe('the weight of an entry', () => {
  it('counts key, tags, text and every field', () => {
    const base = weigh('', entryOf({ result: {} }))
    expect(weigh('x'.repeat(10), entryOf({ result: {} }))).toBe(base + 10)
    expect(weigh('é'.repeat(10), entryOf({ result: {} }))).toBe(base + 10)
    expect(weigh('ж'.repeat(10), entryOf({ result: {} }))).toBe(base + 20)
    expect(weigh('', entryOf({ result: {}, tags: ['a', 'b'] }))).toBe(base + 200)
    expect(weigh('', entryOf({ result: { text: 'x'.repeat(1000) } }))).toBe(base + 8 + 24 + 1000)
    expect(weigh('', entryOf({ result: { list: [1, true, null, {}] } }))).toBe(base + 8 + (32 + 32) + 12 + 32)
  })

  it('of a result nested 100,000 deep is no trouble', () => {
    let deep: unknown = []
    for (let n = 0; n < 100_000; n += 1) deep = [deep]
    expect(weigh('', entryOf({ result: { deep } }))).toBeGreaterThan(4_000_000)
  })
})
