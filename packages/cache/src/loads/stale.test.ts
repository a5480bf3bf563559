import { isAborted } from '@millrace/core'
import type { Result } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'

describe('a result past its lifetime', () => {
  const options = { ttlMs: 1000, staleMs: 500 }

  it('is served at once while one load in the background brings another', async () => {
    const world = worldOf(options)
    await world.load()
    world.clock.advance(1000)
    for (let n = 0; n < 5; n += 1) expect(await world.send().answer).toEqual(resultOf(1))
    const { resolve } = await world.arrived(1)
    expect(await world.send().answer).toEqual(resultOf(1))
    resolve(resultOf(2))
    await settle()
    expect(await world.send().answer).toEqual(resultOf(2))
    expect(world.handler.calls).toHaveLength(2)
    expect(await world.cache.stats()).toMatchObject({ misses: 1, stale: 6, refreshes: 1, hits: 1, stored: 2 })
  })

  it('is not served once staleMs has passed, and who comes then waits for the load under way', async () => {
    const world = worldOf(options)
    await world.load()
    world.clock.advance(1499)
    expect(await world.send().answer).toEqual(resultOf(1))
    const { resolve, call } = await world.arrived(1)
    world.clock.advance(1)
    const waiting = world.send({ deadline: 500_000 })
    expect(call.deadline).toBe(500_000)
    resolve(resultOf(2))
    expect(await waiting.answer).toEqual(resultOf(2))
    expect(world.handler.calls).toHaveLength(2)
  })

  it('is loaded in the background for nobody in particular: no progress, no cancellation, a bound of its own', async () => {
    const world = worldOf({ ...options, maxLoadMs: 7000 })
    await world.load()
    world.clock.advance(1000)
    const served = world.send({ deadline: 2001 })
    const { call, resolve } = await world.arrived(1)
    await served.answer
    served.call.abort()
    await call.notify({ method: 'notifications/progress' })
    expect(served.call.notifications).toHaveLength(0)
    expect(isAborted(call)).toBe(false)
    expect(call.deadline).toBe(9000)
    resolve(resultOf(2))
    await settle()
    expect(await world.send().answer).toEqual(resultOf(2))
  })

  it('is no longer loaded in the background after maxLoadMs, and is tried again later', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1_000_000, maxLoadMs: 5000 })
    await world.load()
    world.clock.advance(1000)
    const events = await eventsOf(async () => {
      await world.send().answer
      const { call, resolve } = await world.arrived(1)
      world.clock.advance(4999)
      expect(isAborted(call)).toBe(false)
      world.clock.advance(1)
      expect(call.signal.reason).toMatchObject({ code: 'ERR_LOAD_TIMEOUT' })
      resolve(resultOf('too late'))
      await settle()
      expect(await world.send().answer).toEqual(resultOf(1))
    })
    expect(events).toMatchObject([
      { type: 'cache.stale' },
      {
        type: 'cache.failed',
        during: 'refresh',
        error: { message: 'The load in the background took more than 5000 ms.' },
      },
      { type: 'cache.stale' },
    ])
    await settle()
    expect(world.handler.calls).toHaveLength(2)
    world.clock.advance(1000)
    await world.send().answer
    const { resolve } = await world.arrived(2)
    resolve(resultOf(2))
    await settle()
    expect(await world.send().answer).toEqual(resultOf(2))
    // Only that of the store is left.
    expect(world.clock.timers).toBe(1)
  })

  it('goes on being loaded after maxLoadMs for those who joined, until they have left', async () => {
    const world = worldOf({ ...options, maxLoadMs: 5000 })
    await world.load()
    world.clock.advance(1000)
    await world.send().answer
    const { call } = await world.arrived(1)
    world.clock.advance(500)
    const joined = world.send()
    world.clock.advance(5000)
    expect(isAborted(call)).toBe(false)
    joined.call.abort()
    expect(isAborted(call)).toBe(true)
    expect(world.clock.timers).toBe(0)
  })

  it('has no bound in the background where maxLoadMs is Infinity', async () => {
    const world = worldOf({ ...options, maxLoadMs: Infinity })
    await world.load()
    world.clock.advance(1000)
    await world.send().answer
    const { call } = await world.arrived(1)
    expect(call.deadline).toBe(Infinity)
    world.clock.advance(1e9)
    expect(isAborted(call)).toBe(false)
  })

  it('goes on being loaded when those who joined that load leave', async () => {
    const world = worldOf(options)
    await world.load()
    world.clock.advance(1000)
    await world.send().answer
    const { call, resolve } = await world.arrived(1)
    world.clock.advance(500)
    const joined = world.send()
    joined.call.abort()
    await expect(joined.answer).rejects.toMatchObject({ name: 'AbortError' })
    expect(isAborted(call)).toBe(false)
    resolve(resultOf(2))
    await settle()
    expect(await world.send().answer).toEqual(resultOf(2))
  })

  it('is loaded for a caller who joined when the load in the background ends with who set it off', async () => {
    const world = worldOf(options)
    await world.load()
    world.clock.advance(1000)
    const first = world.send()
    await first.answer
    const { reject } = await world.arrived(1)
    world.clock.advance(500)
    const joined = world.send()
    first.call.abort('gone')
    reject(new DOMException('gone', 'AbortError'))
    const { resolve } = await world.arrived(2)
    resolve(resultOf(2))
    expect(await joined.answer).toEqual(resultOf(2))
  })

  it('is served until a refresh that fails succeeds, tried again after 1, 2, 4 … 30 s', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1_000_000 })
    await world.load()
    world.clock.advance(1000)
    const tries: number[] = []
    const events = await eventsOf(async () => {
      for (let at = 0; at < 125_000; at += 500) {
        const before = world.handler.calls.length
        expect(await world.send().answer).toEqual(resultOf(1))
        await settle()
        if (world.handler.calls.length > before) {
          tries.push(at)
          world.handler.calls.at(-1)?.reject(new Error('down'))
          await settle()
        }
        world.clock.advance(500)
      }
    })
    expect(tries).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 61_000, 91_000, 121_000])
    expect(events.filter(({ type }) => type === 'cache.failed')).toHaveLength(tries.length)
    world.clock.advance(30_000)
    await world.send().answer
    await settle()
    world.handler.calls.at(-1)?.resolve(resultOf(2))
    await settle()
    expect(await world.send().answer).toEqual(resultOf(2))
  })

  it('is tried again after 1 s once more when a refresh has succeeded in between', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1_000_000 })
    await world.load()
    world.clock.advance(1000)
    const refresh = async () => {
      await world.send().answer
      await settle()
      return world.handler.calls.length
    }
    for (const waitMs of [1000, 2000]) {
      await refresh()
      world.handler.calls.at(-1)?.reject('down')
      await settle()
      world.clock.advance(waitMs)
    }
    expect(await refresh()).toBe(4)
    world.handler.calls.at(-1)?.resolve(resultOf(2))
    await settle()
    world.clock.advance(1000)
    expect(await refresh()).toBe(5)
    world.handler.calls.at(-1)?.reject('down')
    await settle()
    world.clock.advance(1000)
    expect(await refresh()).toBe(6)
  })

  it.each<[string, Result]>([
    ['an isError result', { content: [], isError: true }],
    ['a question', { resultType: 'input_required' }],
  ])('is kept when the refresh brings %s', async (_, answer) => {
    const world = worldOf(options)
    await world.load()
    world.clock.advance(1000)
    await world.send().answer
    const { resolve } = await world.arrived(1)
    resolve(answer)
    await settle()
    expect(await world.send().answer).toEqual(resultOf(1))
    await settle()
    expect(world.handler.calls).toHaveLength(2)
  })

  it('is dropped when the refresh brings a result that must not be kept', async () => {
    const world = worldOf({ ...options, ttlMs: (_, { structuredContent }) => (structuredContent as { n: number }).n })
    await world.load({}, resultOf(1000))
    world.clock.advance(1000)
    await world.send().answer
    const { resolve } = await world.arrived(1)
    resolve(resultOf(0))
    await settle()
    expect(await world.load({}, resultOf(3))).toEqual(resultOf(3))
  })
})
