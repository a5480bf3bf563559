import { AbandonedError, isAborted, keepCause, RejectedError } from '@millrace/core'
import type { Result } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { cached, memoryStore } from '../index.ts'

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
    await world.send().answer
    const { reject } = await world.arrived(1)
    world.clock.advance(500)
    const joined = world.send()
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

describe('a failure in place of which there is a stale result', () => {
  const options = { ttlMs: 1000, staleIfErrorMs: 10_000 }

  const staleWorld = async () => {
    const world = worldOf(options)
    await world.load()
    world.clock.advance(5000)
    return world
  }

  it.each<[string, unknown]>([
    ['an error', new Error('down')],
    ['a thrown string', 'down'],
    ['undefined', undefined],
    ['a refusal', new RejectedError('The queue is full.', { code: 'ERR_QUEUE_FULL' })],
    ['a timeout', new AbandonedError('It took too long.', { code: 'ERR_TIMED_OUT' })],
  ])('is answered with that, be it %s', async (_, error) => {
    const world = await staleWorld()
    const [one, other] = [world.send(), world.send()]
    const { reject } = await world.arrived(1)
    const events = await eventsOf(async () => {
      reject(error)
      expect(await one.answer).toEqual(resultOf(1))
      expect(await other.answer).toEqual(resultOf(1))
    })
    expect(events).toMatchObject([
      { type: 'cache.failed', during: 'load', error },
      { type: 'cache.stale', ageMs: 5000 },
      { type: 'cache.stale', ageMs: 5000 },
    ])
  })

  it('is answered with that when an SDK has made a result of it', async () => {
    const world = await staleWorld()
    const { answer } = world.send()
    const { call, resolve } = await world.arrived(1)
    const hidden: Result = { content: [], isError: true }
    keepCause(call, hidden, new Error('down'))
    resolve(hidden)
    expect(await answer).toEqual(resultOf(1))
  })

  it.each<[string, unknown]>([
    ['says that there is no such thing', Object.assign(new Error('Resource not found'), { code: -32002 })],
    ['says that the arguments are wrong', Object.assign(new Error('Invalid params'), { code: -32602 })],
    ['is the end of a cancelled call', new DOMException('gone', 'AbortError')],
  ])('is passed on when it %s', async (_, error) => {
    const world = await staleWorld()
    const { answer } = world.send()
    const { reject } = await world.arrived(1)
    reject(error)
    await expect(answer).rejects.toBe(error)
  })

  it('is passed on when it is the tool’s own word', async () => {
    const world = await staleWorld()
    const { answer } = world.send()
    const { resolve } = await world.arrived(1)
    resolve({ content: [], isError: true })
    expect(await answer).toEqual({ content: [], isError: true })
  })

  it('is passed on when the time for that is over', async () => {
    const world = await staleWorld()
    const { answer } = world.send()
    const { reject } = await world.arrived(1)
    world.clock.advance(6000)
    reject('down')
    await expect(answer).rejects.toBe('down')
  })

  it('is passed on when the stale result was invalidated meanwhile', async () => {
    const world = await staleWorld()
    const { answer } = world.send()
    const { reject } = await world.arrived(1)
    await world.cache.invalidate({ tool: 'tool' })
    reject('down')
    await expect(answer).rejects.toBe('down')
  })

  it('is not asked for again for a while', async () => {
    const world = await staleWorld()
    const { answer } = world.send()
    const { reject } = await world.arrived(1)
    reject('down')
    await answer
    for (let n = 0; n < 10; n += 1) expect(await world.send().answer).toEqual(resultOf(1))
    world.clock.advance(999)
    expect(await world.send().answer).toEqual(resultOf(1))
    world.clock.advance(1)
    const again = world.send()
    const { resolve } = await world.arrived(2)
    resolve(resultOf(2))
    expect(await again.answer).toEqual(resultOf(2))
  })

  it('is not covered for longer than the rule now says, whatever it said when the result was stored', async () => {
    const clock = manualClock(1000)
    const store = memoryStore({ clock })
    const next = async () => resultOf(1)
    await cached({ ttlMs: 1000, staleIfErrorMs: 100_000, store, clock })(fakeCall(), next)
    clock.advance(1500)
    const later = cached({ ttlMs: 1000, staleIfErrorMs: 2000, store, clock })
    const fail = () => later(fakeCall(), () => Promise.reject(new Error('down')))
    expect(await fail()).toEqual(resultOf(1))
    clock.advance(1499)
    expect(await fail()).toEqual(resultOf(1))
    clock.advance(1)
    await expect(fail()).rejects.toThrow('down')
  })

  it('is served stale first and as an error last, when both are asked for', async () => {
    const world = worldOf({ ttlMs: 1000, staleMs: 1000, staleIfErrorMs: 3000 })
    await world.load()
    world.clock.advance(1500)
    expect(await world.send().answer).toEqual(resultOf(1))
    const refresh = await world.arrived(1)
    refresh.reject('down')
    await settle()
    world.clock.advance(1500)
    const late = world.send()
    const load = await world.arrived(2)
    load.reject('down')
    expect(await late.answer).toEqual(resultOf(1))
    world.clock.advance(1000)
    const last = world.send()
    const { reject } = await world.arrived(3)
    reject('down')
    await expect(last.answer).rejects.toBe('down')
  })
})
