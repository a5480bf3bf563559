import { AbandonedError, keepCause, RejectedError } from '@millrace/core'
import type { Result } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { cached, memoryStore } from '../index.ts'

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
    ['a request that the handler aborted', new DOMException('late', 'AbortError')],
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
