import type { Entry, Store } from '@millrace/core'
import { describe, expect, it, vi } from 'vitest'
import { entryOf } from '../fixtures/entries.ts'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'

const remoteWorld = (isShared = false) => {
  const store = remoteStore(isShared)
  return { store, world: worldOf({ ttlMs: 100_000, tags: ['t'], store }) }
}

/** A store all of whose operations do the same. */
const storeThat = (act: () => never | Promise<never>): Store => ({
  name: 'broken',
  isShared: false,
  get: act,
  set: act,
  delete: act,
  invalidate: act,
  clear: act,
  stats: act,
})

const neverAnswered = async (world: World): Promise<void> => {
  world.clock.advance(250)
  await settle()
}

describe('a store that fails', () => {
  it.each<[string, () => never | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['rejects with undefined', () => Promise.reject(undefined)],
  ])('and %s fails no call', async (_, act) => {
    const world = worldOf({ ttlMs: 1000, store: storeThat(act) })
    const events = await eventsOf(async () => {
      expect(await world.load()).toEqual(resultOf(1))
      expect(await world.load()).toEqual(resultOf(1))
      expect(await world.cache.invalidate({ tags: ['t'] })).toBe(0)
      expect(await world.cache.invalidate({ key: 'k' })).toBe(0)
      await world.cache.clear()
      expect(await world.cache.stats()).toMatchObject({ misses: 2, stored: 0, bypassed: 0, entries: 0, bytes: 0 })
    })
    const failures = events.flatMap((event) => (event.type === 'cache.failed' ? [event.during] : []))
    expect(failures).toEqual(['get', 'set', 'get', 'set', 'invalidate', 'delete', 'clear', 'stats'])
    expect(world.clock.timers).toBe(0)
  })

  it('serves again when it no longer fails', async () => {
    const { store, world } = remoteWorld()
    const get = vi.spyOn(store, 'get').mockRejectedValue(new Error('down'))
    await world.load()
    await world.load()
    get.mockRestore()
    await settle()
    expect(await world.send().answer).toEqual(resultOf(1))
    expect(world.handler.calls).toHaveLength(2)
  })

  it('and never answers holds a call up once, and is then left alone for a second', async () => {
    const { store, world } = remoteWorld()
    store.isHeld = true
    const events = await eventsOf(async () => {
      const first = world.send()
      await settle()
      expect(world.handler.calls).toHaveLength(0)
      await neverAnswered(world)
      const { resolve } = await world.arrived(0)
      resolve(resultOf(1))
      expect(await first.answer).toEqual(resultOf(1))
      expect(await world.load()).toEqual(resultOf(1))
    })
    expect(events).toMatchObject([
      {
        type: 'cache.failed',
        tier: 'remote',
        during: 'get',
        error: { code: 'ERR_STORE_TIMEOUT', message: 'The store did not answer within 250 ms.' },
      },
      { type: 'cache.miss' },
      { type: 'cache.miss' },
    ])
    expect(store.asked.map(({ what }) => what)).toEqual(['get'])
    store.runAll()
    store.isHeld = false
    world.clock.advance(1000)
    await world.load()
    await settle()
    expect(await world.send().answer).toEqual(resultOf(1))
    expect(world.clock.timers).toBe(0)
  })

  it('and answers none of several calls is left alone from the first on', async () => {
    const { store, world } = remoteWorld()
    store.isHeld = true
    for (let n = 0; n < 3; n += 1) world.send({ input: { n } })
    await neverAnswered(world)
    await world.handler.arrived(3)
    expect(world.clock.timers).toBe(1)
    world.clock.advance(999)
    world.send({ input: { n: 4 } })
    await world.handler.arrived(4)
    expect(store.asked).toHaveLength(3)
  })

  it('and never answers is still told what to drop', async () => {
    const { store, world } = remoteWorld()
    await world.load()
    await settle()
    store.isHeld = true
    world.send()
    await neverAnswered(world)
    const invalidated = world.cache.invalidate({ tags: ['t'] })
    store.asked.find(({ what }) => what === 'invalidate')?.run()
    expect(await invalidated).toBe(1)
  })

  it('and fails after it was given up on is heard of once', async () => {
    const { store, world } = remoteWorld()
    store.isHeld = true
    const events = await eventsOf(async () => {
      world.send()
      await neverAnswered(world)
      store.asked[0]?.fail(new Error('late'))
      await settle()
    })
    expect(events.filter(({ type }) => type === 'cache.failed')).toHaveLength(1)
  })
})

describe('a store that gives', () => {
  const own = { operation: 'tools/call tool', freshUntil: 1e9, keptUntil: 1e9, result: resultOf('stored') }

  const worldWith = (found: unknown) => {
    const store = { ...storeThat(() => undefined as never), get: () => found as Entry }
    return worldOf({ ttlMs: 1000, store })
  }

  it.each<[string, unknown]>([
    ['a string', 'garbage'],
    ['a number', 0],
    ['an empty object', {}],
    ['an array', []],
    ['an entry without a result', { ...entryOf(own), result: undefined }],
    ['an entry with a list for a result', { ...entryOf(own), result: [] }],
    ['an entry without times', { ...entryOf(own), freshUntil: undefined }],
    ['an entry with text for a time', { ...entryOf(own), keptUntil: '1e9' }],
    ['an entry without tags', { ...entryOf(own), tags: undefined }],
    ['an entry of another operation', entryOf({ ...own, operation: 'tools/call other' })],
    ['an entry of another principal', entryOf({ ...own, principal: 'bob' })],
    ['an entry of a principal to nobody in particular', entryOf({ ...own, principal: 'ann' })],
  ])('%s instead of an entry has none', async (_, found) => {
    const world = worldWith(found)
    const events = await eventsOf(async () => expect(await world.load()).toEqual(resultOf(1)))
    expect(events[0]).toMatchObject({ type: 'cache.failed', during: 'get' })
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['an entry past its end', entryOf({ ...own, keptUntil: 1000 })],
  ])('%s has none either', async (_, found) => {
    const world = worldWith(found)
    const events = await eventsOf(async () => expect(await world.load()).toEqual(resultOf(1)))
    expect(events[0]).toMatchObject({ type: 'cache.miss' })
  })

  it('an entry has it', async () => {
    const world = worldWith(entryOf(own))
    expect(await world.send().answer).toEqual(resultOf('stored'))
  })

  it('an entry that everybody shares has it for whoever asks', async () => {
    const store = { ...storeThat(() => undefined as never), get: () => entryOf(own) }
    const world = worldOf({ ttlMs: 1000, scope: 'public', store })
    expect(await world.send({ principal: 'ann' }).answer).toEqual(resultOf('stored'))
  })

  it('an entry that another language wrote, with null for no principal, has it', async () => {
    const world = worldWith({ ...entryOf(own), principal: null })
    expect(await world.send().answer).toEqual(resultOf('stored'))
  })
})

describe('a store that other processes share', () => {
  it('has no entry for a handler without a name, and the author hears of it once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { store, world } = remoteWorld(true)
    const get = vi.spyOn(store, 'get')
    await world.load({ isUnnamed: true })
    await world.load({ isUnnamed: true })
    expect(get).not.toHaveBeenCalled()
    expect(warn).toHaveBeenCalledOnce()
    expect(await world.cache.stats()).toMatchObject({ bypassed: 2 })
    warn.mockRestore()
  })

  it('has one for a handler with a name', async () => {
    const { world } = remoteWorld(true)
    await world.load()
    await settle()
    expect(await world.send().answer).toEqual(resultOf(1))
  })
})
