import { channel, subscribe } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { cached, memoryStore, tiered } from '../index.ts'
import type { Evict, MemoryStoreOptions } from '../index.ts'
import { MemoryStore } from './memoryStore.ts'
import { weigh } from './weight.ts'

const kilobyte = { result: { text: 'x'.repeat(1000) } }
const weight = weigh('1000', entryOf(kilobyte))

const filled = (entries: number, options: MemoryStoreOptions = {}) => {
  const store = new MemoryStore({ clock: manualClock(), ...options })
  for (let n = 1000; n < 1000 + entries; n += 1) store.set(`${n}`, entryOf(kilobyte))
  return store
}

const kept = (store: MemoryStore): number => store.stats().entries

describe('a memory store that is told to hold less', () => {
  it('lets go at once of what goes first, and of no more than it has to', () => {
    const store = filled(20, { maxBytes: 20 * weight })
    store.get('1000')
    store.shrinkTo(0.5)
    expect(kept(store)).toBe(10)
    expect(store.get('1000')).toBeDefined()
    expect(store.get('1001')).toBeUndefined()
  })

  it('does not grow beyond that until it is told to', () => {
    const store = filled(20, { maxBytes: 20 * weight })
    store.shrinkTo(0.25)
    for (let n = 2000; n < 2100; n += 1) store.set(`${n}`, entryOf(kilobyte))
    expect(kept(store)).toBe(5)
    store.shrinkTo(1)
    for (let n = 3000; n < 3100; n += 1) store.set(`${n}`, entryOf(kilobyte))
    expect(kept(store)).toBe(20)
  })

  it('takes a share of what it held when it began, where it may hold more than there is', () => {
    const store = filled(2000, { maxBytes: Infinity })
    store.shrinkTo(0.5)
    expect(kept(store)).toBe(1000)
    store.shrinkTo(0.5)
    expect(kept(store)).toBe(1000)
    store.shrinkTo(0.1)
    expect(kept(store)).toBe(200)
  })

  it('has some room left for a share of when it was empty', () => {
    const store = filled(0)
    store.shrinkTo(0.5)
    for (let n = 1000; n < 3000; n += 1) store.set(`${n}`, entryOf(kilobyte))
    expect(store.stats().bytes).toBeLessThanOrEqual(2 ** 19)
    expect(store.stats().bytes).toBeGreaterThan(2 ** 19 - 2 * weight)
  })

  it('keeps nothing with a share of 0, without a warning', () => {
    const warn = vi.spyOn(process, 'emitWarning')
    const store = filled(20)
    store.shrinkTo(0)
    expect(store.set('new', entryOf())).toBe(false)
    expect(store.stats()).toMatchObject({ entries: 0, bytes: 0, evictions: 20 })
    expect(warn).not.toHaveBeenCalled()
  })

  it('gives no entry that one which has no room was to replace', () => {
    const store = filled(20)
    store.shrinkTo(0.5)
    expect(store.set('1000', entryOf({ result: { text: 'x'.repeat(2 ** 20) } }))).toBe(false)
    expect(store.get('1000')).toBeUndefined()
    expect(kept(store)).toBe(19)
  })

  it('keeps its bound and its counts, whatever it is given and told, by every policy', () => {
    const step = fc.record({
      key: fc.nat(40),
      chars: fc.nat(3000),
      share: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    })
    const policies: readonly Evict[] = ['lru', 'lfu', 'fifo', 'ttl', 'manual']
    fc.assert(
      fc.property(fc.constantFrom(...policies), fc.array(step, { maxLength: 80 }), (evict, steps) => {
        const store = new MemoryStore({ clock: manualClock(), evict, maxBytes: 20_000 })
        let room = 20_000
        for (const { key, chars, share } of steps) {
          if (share === null) store.set(`${key}`, entryOf({ result: { text: 'x'.repeat(chars) } }))
          else {
            store.shrinkTo(share)
            room = share * 20_000
          }
          expect(store.stats().bytes).toBeLessThanOrEqual(room)
        }
        store.shrinkTo(0)
        expect(store.stats()).toMatchObject({ entries: 0, bytes: 0 })
      }),
    )
  })

  it('says what goes', () => {
    const store = filled(4, { maxBytes: 4 * weight, evict: 'manual' })
    const left: number[] = []
    const stop = subscribe('cache', (event) => event.type === 'cache.evicted' && left.push(event.entries))
    store.shrinkTo(0.5)
    stop()
    expect([left, channel('cache').hasSubscribers]).toEqual([[3, 2], false])
  })

  it('wants a share', () => {
    expect(() => filled(1).shrinkTo(-1)).toThrow('memoryStore.shrinkTo takes a number from 0 to 1, got -1')
  })
})

describe('a cache that is told to hold less', () => {
  const load = async () => ({ content: [{ type: 'text', text: 'x'.repeat(1000) }] })
  const fill = async (cache: ReturnType<typeof cached>) => {
    for (let n = 0; n < 2000; n += 1) await cache(fakeCall({ input: { n }, traits: { readOnly: true } }), load)
  }

  it('passes it on to its store', async () => {
    const cache = cached({ ttlMs: 60_000 })
    await fill(cache)
    const { entries } = await cache.stats()
    await cache.shrinkTo(0.5)
    expect((await cache.stats()).entries).toBeLessThanOrEqual(entries / 2)
    await cache.shrinkTo(0)
    expect(await cache.stats()).toMatchObject({ entries: 0, bytes: 0 })
    await expect(cache.shrinkTo(2)).rejects.toThrow('cached.shrinkTo takes a number from 0 to 1, got 2')
  })

  it('has those of its tiers hold less that take memory here', async () => {
    const [near, far] = [memoryStore(), remoteStore()]
    const cache = cached({ ttlMs: 60_000, store: tiered(near, far) })
    await fill(cache)
    await cache.shrinkTo(0)
    expect(await near.stats()).toMatchObject({ entries: 0 })
    expect(far.entries.size).toBe(2000)
  })

  it('goes on when its store cannot', async () => {
    const store = { ...remoteStore(), shrinkTo: () => Promise.reject(new Error('no')) }
    const failed: unknown[] = []
    const stop = subscribe('cache', (event) => event.type === 'cache.failed' && failed.push(event.during))
    await cached({ ttlMs: 1, store }).shrinkTo(0.5)
    await cached({ ttlMs: 1, store: tiered(store) }).shrinkTo(0.5)
    stop()
    expect(failed).toEqual(['shrinkTo', 'shrinkTo'])
  })
})
