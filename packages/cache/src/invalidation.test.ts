import { fakeCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from './fixtures/world.ts'
import type { World } from './fixtures/world.ts'
import type { CachedOptions, Invalidation } from './index.ts'

const options: CachedOptions = {
  ttlMs: 1000,
  lists: 1000,
  resources: { ttlMs: 1000, tags: ['atlas'] },
  tags: (call) => [`id:${(call.input as { id?: number }).id}`],
}

const sample = [
  { target: 'search', input: { id: 1 }, principal: 'ann' },
  { target: 'search', input: { id: 2 }, principal: 'bob' },
  { target: 'details', input: { id: 1 } },
  { method: 'tools/list' },
  { method: 'resources/read', target: 'atlas://city/1', principal: 'ann' },
]

/** Which of the sample is still kept. */
const kept = async (world: World): Promise<number[]> => {
  const left: number[] = []
  for (const [index, call] of sample.entries()) {
    const before = world.handler.calls.length
    const sent = world.send(call)
    await settle()
    if (world.handler.calls.length === before) left.push(index)
    else sent.call.abort()
  }
  return left
}

const filled = async (): Promise<World> => {
  const world = worldOf(options)
  for (const call of sample) await world.load(call)
  expect(await kept(world)).toEqual([0, 1, 2, 3, 4])
  return world
}

describe('invalidate drops', () => {
  it.each<[string, Invalidation, number[]]>([
    ['a tool', { tool: 'search' }, [2, 3, 4]],
    ['an operation', { operation: 'tools/list' }, [0, 1, 2, 4]],
    ['a tag the result said', { tags: ['id:1'] }, [1, 3, 4]],
    ['a tag the rule said', { tags: ['atlas'] }, [0, 1, 2, 3]],
    ['any of several tags', { tags: ['atlas', 'id:2'] }, [0, 2, 3]],
    ['a principal', { principal: 'ann' }, [1, 2, 3]],
    ['a pattern', { pattern: 'atlas://city/*' }, [0, 1, 2, 3]],
    ['all that is asked, together', { tool: 'search', principal: 'bob' }, [0, 2, 3, 4]],
    ['nothing when nothing fits', { tags: ['none'] }, [0, 1, 2, 3, 4]],
    ['nothing for no tags', { tags: [] }, [0, 1, 2, 3, 4]],
  ])('%s', async (_, what, left) => {
    const world = await filled()
    expect(await world.cache.invalidate(what)).toBe(sample.length - left.length)
    expect(await kept(world)).toEqual(left)
  })

  it('one key', async () => {
    const world = await filled()
    const key = world.cache.keyOf(fakeCall(sample[1]))
    expect(await world.cache.invalidate({ key })).toBe(1)
    expect(await world.cache.invalidate({ key })).toBe(0)
    expect(await kept(world)).toEqual([0, 2, 3, 4])
  })

  it('before it returns, in memory', async () => {
    const world = await filled()
    void world.cache.invalidate({ tool: 'search' })
    expect(await kept(world)).toEqual([2, 3, 4])
  })

  it('everything, by clear', async () => {
    const world = await filled()
    await world.cache.clear()
    expect(await kept(world)).toEqual([])
    expect(await world.cache.stats()).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('what a list method answered, for everybody, when the list changes', async () => {
    const world = worldOf({ lists: 1000 })
    for (const principal of ['ann', 'bob']) await world.load({ method: 'tools/list', principal })
    await world.load({ method: 'prompts/list' })
    world.cache.listChanged('tools/list')
    expect(await world.cache.stats()).toMatchObject({ entries: 1 })
  })

  it('and says so', async () => {
    const world = await filled()
    const events = await eventsOf(() => world.cache.invalidate({ tags: ['id:1'] }))
    expect(events).toEqual([{ type: 'cache.invalidated', entries: 2, tags: ['id:1'] }])
    expect(await eventsOf(() => world.cache.invalidate({ tool: 'x' }))).toEqual([
      { type: 'cache.invalidated', entries: 0 },
    ])
  })

  it.each<[unknown, string]>([
    [
      undefined,
      'cached.invalidate: give one of key, tool, operation, tags, principal, pattern; clear() drops everything',
    ],
    [{}, 'cached.invalidate: give one of key, tool, operation, tags, principal, pattern; clear() drops everything'],
    [
      { principal: undefined },
      'cached.invalidate: give one of key, tool, operation, tags, principal, pattern; clear() drops everything',
    ],
    [{ key: 'k', tool: 't' }, 'cached.invalidate: key names one entry and stands alone'],
    [{ tool: 't', operation: 'o' }, 'cached.invalidate: give tool or operation, not both'],
    [{ tags: 'red' }, "cached.invalidate.tags must be an array of strings that are not empty, got 'red'"],
    [{ tag: ['red'] }, 'cached.invalidate.tag is not an option; did you mean tags?'],
    ['red', "cached.invalidate: options must be an object, got 'red'"],
  ])('nothing for %j', async (what, message) => {
    const world = await filled()
    await expect(world.cache.invalidate(what as Invalidation)).rejects.toThrow(new TypeError(message))
    expect(await kept(world)).toEqual([0, 1, 2, 3, 4])
  })
})

describe('a load under way when something is dropped', () => {
  it.each<[string, CachedOptions, Invalidation]>([
    ['its tool', { ttlMs: 1000 }, { tool: 'tool' }],
    ['a tag of its rule', { ttlMs: 1000, tags: ['t'] }, { tags: ['t'] }],
    ['a tag that only its result says', { ttlMs: 1000, tags: () => ['t'] }, { tags: ['t'] }],
    ['its principal', { ttlMs: 1000 }, { principal: 'ann' }],
    ['its target', { ttlMs: 1000 }, { pattern: 'to*' }],
  ])('is not kept, nor joined by who comes later, when that is %s', async (_, rules, what) => {
    const world = worldOf(rules)
    const before = world.send({ principal: 'ann' })
    const old = await world.arrived(0)
    void world.cache.invalidate(what)
    const after = world.send({ principal: 'ann' })
    const current = await world.arrived(1)
    current.resolve(resultOf('new'))
    expect(await after.answer).toEqual(resultOf('new'))
    old.resolve(resultOf('old'))
    expect(await before.answer).toEqual(resultOf('old'))
    expect(await world.send({ principal: 'ann' }).answer).toEqual(resultOf('new'))
  })

  it('is not kept when it ends before anybody asks again', async () => {
    const world = worldOf({ ttlMs: 1000 })
    const before = world.send()
    const old = await world.arrived(0)
    void world.cache.clear()
    old.resolve(resultOf('old'))
    await before.answer
    expect(await world.load({}, resultOf('new'))).toEqual(resultOf('new'))
  })

  it('is not kept when that is its key', async () => {
    const world = worldOf({ ttlMs: 1000 })
    const before = world.send()
    const other = world.send({ input: { other: true } })
    const [old, theOther] = [await world.arrived(0), await world.arrived(1)]
    void world.cache.invalidate({ key: world.cache.keyOf(before.call) })
    old.resolve(resultOf('old'))
    theOther.resolve(resultOf('other'))
    await Promise.all([before.answer, other.answer])
    expect(await world.load({}, resultOf('new'))).toEqual(resultOf('new'))
    expect(await world.send({ input: { other: true } }).answer).toEqual(resultOf('other'))
  })

  it('is kept and joined when that is something else', async () => {
    const world = worldOf({ ttlMs: 1000, tags: ['t'] })
    const before = world.send({ principal: 'ann' })
    const { resolve } = await world.arrived(0)
    void world.cache.invalidate({ tool: 'other' })
    void world.cache.invalidate({ principal: 'bob' })
    void world.cache.invalidate({ tags: ['u'] })
    const joined = world.send({ principal: 'ann' })
    resolve(resultOf(1))
    await before.answer
    await joined.answer
    expect(await world.send({ principal: 'ann' }).answer).toEqual(resultOf(1))
    expect(world.handler.calls).toHaveLength(1)
  })

  it('is not kept after more invalidations than are remembered', async () => {
    const world = worldOf({ ttlMs: 1000 })
    const before = world.send()
    const { resolve } = await world.arrived(0)
    for (let n = 0; n < 1001; n += 1) void world.cache.invalidate({ tool: `other ${n}` })
    resolve(resultOf('old'))
    await before.answer
    expect(await world.load({}, resultOf('new'))).toEqual(resultOf('new'))
  })

  it('in the background does not bring back what was dropped', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1000 })
    await world.load()
    world.clock.advance(1000)
    await world.send().answer
    const { resolve } = await world.arrived(1)
    void world.cache.invalidate({ tool: 'tool' })
    resolve(resultOf('old'))
    await settle()
    const after = world.send()
    const current = await world.arrived(2)
    current.resolve(resultOf('new'))
    expect(await after.answer).toEqual(resultOf('new'))
  })
})
