import type { Result } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { eventsOf, settle, worldOf } from './fixtures/world.ts'
import type { CachedOptions } from './index.ts'

const list: Result = { tools: [{ name: 'search' }] }
const ask = { method: 'tools/list', acceptsHints: true }

describe('a client that reads hints is told', () => {
  it('how long a list stays fresh, counting down, from the first answer on', async () => {
    const world = worldOf({ lists: 60_000 })
    expect(await world.load(ask, list)).toEqual({ ...list, ttlMs: 60_000, cacheScope: 'private' })
    world.clock.advance(10_000.7)
    expect(await world.send(ask).answer).toEqual({ ...list, ttlMs: 49_999, cacheScope: 'private' })
    world.clock.advance(49_999)
    expect(await world.send(ask).answer).toMatchObject({ ttlMs: 0 })
  })

  it.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list', 'resources/read'])(
    'of %s',
    async (method) => {
      const world = worldOf({ lists: 1000, resources: 1000 })
      expect(await world.load({ method, target: 'a://b', acceptsHints: true }, {})).toEqual({
        ttlMs: 1000,
        cacheScope: 'private',
      })
    },
  )

  it('that everybody may share what is public', async () => {
    const world = worldOf({ lists: { ttlMs: 1000, scope: 'public' } })
    expect(await world.load(ask, list)).toMatchObject({ cacheScope: 'public' })
    expect(await world.send({ ...ask, principal: 'ann' }).answer).toMatchObject({ cacheScope: 'public' })
  })

  it('that a stale list is not to be kept', async () => {
    const world = worldOf({ lists: { ttlMs: 1000, staleMs: 1000 } })
    await world.load(ask, list)
    world.clock.advance(1500)
    expect(await world.send(ask).answer).toMatchObject({ ttlMs: 0 })
    world.clock.advance(0)
    await settle()
  })

  it('the same while others are not, from one entry', async () => {
    const world = worldOf({ lists: 1000 })
    const [old, modern] = [world.send({ method: 'tools/list' }), world.send(ask)]
    const { resolve } = await world.arrived(0)
    resolve(list)
    expect(await old.answer).toEqual(list)
    expect(await modern.answer).toEqual({ ...list, ttlMs: 1000, cacheScope: 'private' })
  })

  it.each<[string, CachedOptions['lists'], Result, Result]>([
    ['longer than the handler said', 60_000, { ttlMs: 5000 }, { ttlMs: 4000, cacheScope: 'private' }],
    ['longer than the cache keeps it', 3000, { ttlMs: 5000 }, { ttlMs: 2000, cacheScope: 'private' }],
    ['what the handler said amiss', 3000, { ttlMs: 'soon' }, { ttlMs: 2000, cacheScope: 'private' }],
  ])('never %s', async (_, lists, answer, hinted) => {
    const world = worldOf({ lists })
    await world.load(ask, answer)
    world.clock.advance(1000)
    expect(await world.send(ask).answer).toEqual(hinted)
  })

  it('never give to more people what the handler called private', async () => {
    const world = worldOf({ lists: { ttlMs: 3000, scope: 'public' } })
    const [ann, bob] = [world.send({ ...ask, principal: 'ann' }), world.send({ ...ask, principal: 'bob' })]
    const first = await world.arrived(0)
    const events = await eventsOf(async () => {
      first.resolve({ tools: ['of ann'], cacheScope: 'private' })
      expect(await ann.answer).toEqual({ tools: ['of ann'], cacheScope: 'private' })
    })
    expect(events).toMatchObject([{ type: 'cache.bypassed', operation: 'tools/list', reason: 'private' }])
    const second = await world.arrived(1)
    expect(second.call.principal).toBe('bob')
    second.resolve({ tools: ['of bob'], cacheScope: 'private' })
    expect(await bob.answer).toEqual({ tools: ['of bob'], cacheScope: 'private' })
    expect(await world.cache.stats()).toMatchObject({ stored: 0, entries: 0 })
  })

  it('in the range of safe integers when it is for ever', async () => {
    const world = worldOf({ lists: Infinity })
    const { ttlMs } = await world.load(ask, list)
    expect(Number.isSafeInteger(ttlMs)).toBe(true)
  })
})

describe('hints are not added', () => {
  it('for a client that does not read them', async () => {
    const world = worldOf({ lists: 1000 })
    expect(await world.load({ method: 'tools/list' }, list)).toEqual(list)
    expect(await world.send({ method: 'tools/list', acceptsHints: false }).answer).toEqual(list)
  })

  it('to tools and prompts, which the protocol has no hints for', async () => {
    const world = worldOf({ ttlMs: 1000, prompts: 1000 })
    expect(await world.load({ acceptsHints: true }, list)).toEqual(list)
    expect(await world.send({ acceptsHints: true }).answer).toEqual(list)
    expect(await world.load({ method: 'prompts/get', target: 'p', acceptsHints: true }, list)).toEqual(list)
  })

  it('to lists that are not cached', async () => {
    const world = worldOf({ ttlMs: 1000 })
    expect(await world.load(ask, list)).toEqual(list)
  })

  it('when they are turned off, but the handler’s own still counts down', async () => {
    const world = worldOf({ lists: 60_000, hints: false })
    const own = { ttlMs: 5000, cacheScope: 'public' }
    expect(await world.load(ask, list)).toEqual(list)
    expect(await world.load({ ...ask, input: { cursor: '2' } }, own)).toEqual(own)
    world.clock.advance(2000)
    expect(await world.send(ask).answer).toEqual(list)
    expect(await world.send({ ...ask, input: { cursor: '2' } }).answer).toEqual({ ttlMs: 3000, cacheScope: 'public' })
  })
})
