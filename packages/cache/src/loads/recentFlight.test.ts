import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { remoteStore } from '../fixtures/remoteStore.ts'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'

/** A world in which two calls wait for a load already, so that others like them are known without their keys. */
const gathered = async (options: FakeCallOptions, world: World = worldOf()): Promise<World> => {
  world.send(options)
  world.send(options)
  await world.arrived(0)
  return world
}

describe('the load that was joined last', () => {
  it('is joined by calls that are counted, told and answered like anybody', async () => {
    const world = await gathered({ input: { q: 'paris', page: 1 } })
    const more = Array.from({ length: 5 }, () => world.send({ input: { q: 'paris', page: 1 } }))
    const { resolve } = await world.arrived(0)
    resolve(resultOf(1))
    for (const { answer } of more) expect(await answer).toEqual(resultOf(1))
    expect(world.handler.calls).toHaveLength(1)
    expect(await world.cache.stats()).toMatchObject({ misses: 1, joined: 6, stored: 1, hits: 0 })
  })

  it('is joined in whatever order the arguments stand', async () => {
    const world = await gathered({ input: { q: 'paris', page: 1 } })
    world.send({ input: { page: 1, q: 'paris' } })
    await settle()
    expect(world.handler.calls).toHaveLength(1)
  })

  it.each<[string, FakeCallOptions, FakeCallOptions]>([
    ['other arguments', { input: { q: 'paris' } }, { input: { q: 'rome' } }],
    ['a number and its text', { input: { n: 1 } }, { input: { n: '1' } }],
    ['fewer arguments', { input: { q: 'paris', page: 1 } }, { input: { q: 'paris' } }],
    ['more arguments', { input: { q: 'paris' } }, { input: { q: 'paris', page: 1 } }],
    ['arguments of another name', { input: { q: 'paris' } }, { input: { city: 'paris' } }],
    ['somebody else', { principal: 'ann' }, { principal: 'bob' }],
    ['nobody and somebody', {}, { principal: 'undefined' }],
    ['another tool', {}, { target: 'other' }],
    ['another state of the server', { revision: 'r1' }, { revision: 'r2' }],
    ['a wrapped handler and its server', {}, { isWrapped: true }],
  ])('does not take in %s', async (_, one, other) => {
    const world = await gathered(one)
    world.send(other)
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('does not take in what has no key: 0 and −0 are two numbers, of which JSON has one', async () => {
    const world = await gathered({ input: { n: 0 } })
    world.send({ input: { n: -0 } })
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('does not take in an object that has changed since', async () => {
    const input = { q: ['paris'] }
    const world = await gathered({ input })
    input.q.push('rome')
    world.send({ input })
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('takes in everybody when the scope is public', async () => {
    const world = await gathered({ principal: 'ann' }, worldOf({ ttlMs: 1000, scope: 'public' }))
    world.send({ principal: 'bob' })
    world.send()
    await settle()
    expect(world.handler.calls).toHaveLength(1)
  })

  it('is closed by an invalidation', async () => {
    const world = await gathered({})
    await world.cache.invalidate({ tool: 'tool' })
    const late = world.send()
    const { resolve } = await world.arrived(1)
    resolve(resultOf('after the change'))
    expect(await late.answer).toEqual(resultOf('after the change'))
  })

  it('takes nobody in who is cancelled already', async () => {
    const world = await gathered({})
    const { call } = world.send({ input: { other: true } })
    call.abort('gone')
    const again = Object.defineProperty(Object.create(call) as typeof call, 'input', { value: {} })
    const before = await world.cache.stats()
    await expect(world.cache(again, world.handler.next)).rejects.toBe('gone')
    expect(before).toMatchObject({ joined: 1 })
    expect(await world.cache.stats()).toEqual(before)
  })

  it('lets a call past whose arguments cannot be read', async () => {
    const world = await gathered({ input: { q: 'paris' } })
    const input = Object.defineProperty({}, 'q', {
      enumerable: true,
      get: () => {
        throw new Error('unreadable')
      },
    })
    world.send({ input })
    await settle()
    expect(world.handler.calls).toHaveLength(2)
    expect(await world.cache.stats()).toMatchObject({ bypassed: 1, errors: 1 })
  })

  it('closes before the load is too old to be joined, at the very millisecond', async () => {
    const world = await gathered({}, worldOf({ ttlMs: 1000, maxLoadMs: 900 }))
    world.clock.advance(899)
    world.send()
    world.send()
    await settle()
    expect(world.handler.calls).toHaveLength(1)
    world.clock.advance(1)
    world.send()
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('leaves no timer behind, whichever way the load ends', async () => {
    for (const end of ['resolve', 'reject'] as const) {
      const world = await gathered({})
      expect(world.clock.timers).toBe(1)
      const load = await world.arrived(0)
      load[end]({ content: [], isError: true })
      await settle()
      expect(world.clock.timers).toBe(0)
    }
  })

  it('does not ask a store that answers later for each who comes', async () => {
    const store = remoteStore()
    const world = worldOf({ ttlMs: 1000, store })
    world.send()
    await world.arrived(0)
    world.send()
    await settle()
    store.isHeld = true
    const more = Array.from({ length: 5 }, () => world.send())
    const { resolve } = await world.arrived(0)
    resolve(resultOf(1))
    for (const { answer } of more) expect(await answer).toEqual(resultOf(1))
    expect(store.asked.map(({ what }) => what)).toEqual(['set'])
  })
})
