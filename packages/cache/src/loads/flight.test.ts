import { isAborted, keepCause } from '@millrace/core'
import type { Sent } from '@millrace/core/testing'
import type { Result } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { resultOf, settle, worldOf } from '../fixtures/world.ts'

const abortError = () => new DOMException('gone', 'AbortError')

describe('a caller that is cancelled', () => {
  it('leaves at once and leaves the load to the others', async () => {
    const world = worldOf()
    const [first, ...others] = [world.send(), world.send(), world.send()]
    const { call, resolve } = await world.arrived(0)
    const reason = new Error('gone')
    first.call.abort(reason)
    await expect(first.answer).rejects.toBe(reason)
    expect(isAborted(call)).toBe(false)
    resolve(resultOf(1))
    expect(await Promise.all(others.map(({ answer }) => answer))).toEqual([resultOf(1), resultOf(1)])
  })

  it('ends the load when nobody else waits, with its reason', async () => {
    const world = worldOf()
    const sent = [world.send(), world.send(), world.send()]
    const { call } = await world.arrived(0)
    for (const [index, one] of sent.entries()) {
      expect(isAborted(call)).toBe(false)
      one.call.abort(index)
    }
    expect(call.signal.reason).toBe(2)
    for (const [index, one] of sent.entries()) await expect(one.answer).rejects.toBe(index)
  })

  it('leaves a load that has ended behind, which nobody joins and whose result is not kept', async () => {
    const world = worldOf()
    const gone = world.send()
    const { resolve } = await world.arrived(0)
    gone.call.abort()
    const later = world.send()
    const again = await world.arrived(1)
    resolve(resultOf('half done'))
    await settle()
    const joined = world.send()
    again.resolve(resultOf(2))
    expect(await later.answer).toEqual(resultOf(2))
    expect(await joined.answer).toEqual(resultOf(2))
    expect(await world.cache.stats()).toMatchObject({ joined: 1, stored: 1, hits: 0 })
  })

  it('does not start a load when it comes', async () => {
    const world = worldOf()
    const reason = new Error('gone')
    const { load } = world
    await load({ input: { known: true } })
    const call = world.send({ input: { other: true } }).call
    call.abort(reason)
    await settle()
    const before = world.handler.calls.length
    await expect(world.cache(call, world.handler.next)).rejects.toBe(reason)
    expect(world.handler.calls).toHaveLength(before)
  })

  it('and whose load ends with it through another signal leaves it to whoever waits longest', async () => {
    const world = worldOf()
    const [first, second, third] = [world.send(), world.send(), world.send()]
    const { reject } = await world.arrived(0)
    world.clock.advance(300)
    first.call.abort()
    reject(abortError())
    const again = await world.arrived(1)
    world.clock.advance(40)
    expect(isAborted(again.call)).toBe(false)
    await again.call.notify({ method: 'notifications/progress' })
    expect(second.call.notifications).toHaveLength(1)
    expect(third.call.notifications).toHaveLength(0)
    again.resolve(resultOf(2))
    expect(await Promise.all([second.answer, third.answer])).toEqual([resultOf(2), resultOf(2)])
    expect(await world.send().answer).toEqual(resultOf(2))
    expect(await world.cache.stats()).toMatchObject({ savedMs: 40 })
  })

  it('and whose load ends as the isError result of its own reason leaves it to the next', async () => {
    const world = worldOf()
    const [first, second] = [world.send(), world.send()]
    const { call, resolve } = await world.arrived(0)
    first.call.abort('a string, as SDKs abort with')
    const hidden: Result = { content: [], isError: true }
    keepCause(call, hidden, 'a string, as SDKs abort with')
    resolve(hidden)
    const again = await world.arrived(1)
    again.resolve(resultOf(2))
    expect(await second.answer).toEqual(resultOf(2))
  })

  it('by another that is just being answered gets its own reason', async () => {
    const reason = new Error('gone')
    const sent: Sent[] = []
    const world = worldOf(
      { ttlMs: 1000 },
      (cache) => (call, next) =>
        cache(call, (inner) => {
          // The second to ask for itself takes the third with it.
          if (inner === sent[1]?.call) sent[2]?.call.abort(reason)
          return next(inner)
        }),
    )
    for (let n = 0; n < 4; n += 1) sent.push(world.send())
    const first = await world.arrived(0)
    first.resolve({ resultType: 'input_required' })
    await expect(sent[2]?.answer).rejects.toBe(reason)
    await settle()
    expect(world.handler.calls.some(({ call }) => call === sent[2]?.call)).toBe(false)
    expect(isAborted(first.call)).toBe(false)
    for (const { resolve } of world.handler.calls) resolve(resultOf(1))
    expect(await sent[1]?.answer).toEqual(resultOf(1))
    expect(await sent[3]?.answer).toEqual(resultOf(1))
  })

  it('in none of this leaves anything behind', async () => {
    const world = worldOf()
    const sent = Array.from({ length: 50 }, () => world.send())
    await world.arrived(0)
    for (const one of sent.toReversed()) one.call.abort()
    await settle()
    expect(world.clock.timers).toBe(0)
    expect(await world.load()).toEqual(resultOf(1))
  })
})
