import { isAborted } from '@millrace/core'
import type { Middleware, Traits } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { delayMs, warm } from '../fixtures/hedging.ts'
import { resultOf, settle } from '../fixtures/world.ts'
import { hedge } from '../index.ts'

describe('hedge keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => hedge())) it(name, run)
  describe('when it has seen enough', () => {
    const make = (): Middleware => {
      const middleware = hedge({ minSamples: 1 })
      let isWarm = false
      return async (call, next) => {
        if (!isWarm) await middleware(call, async () => ({ content: [] }))
        isWarm = true
        return middleware(call, next)
      }
    }
    for (const { name, run } of middlewareContract(make)) it(name, run)
  })
})

describe('hedge', () => {
  it('asks once more when a call takes longer than most, and the first answer wins', async () => {
    const world = await warm()
    const sent = world.send()
    const one = await world.attempt(0)
    world.clock.advance(delayMs - 0.01)
    await settle()
    expect(world.attempts()).toBe(1)
    world.clock.advance(0.01)
    const two = await world.attempt(1)
    two.resolve(resultOf(2))
    expect(await sent.answer).toEqual(resultOf(2))
    expect(isAborted(one.call)).toBe(true)
    expect(isAborted(two.call)).toBe(false)
    expect(world.clock.timers).toBe(0)
  })

  it('cancels the second when the first answers after all', async () => {
    const world = await warm()
    const sent = world.send()
    const one = await world.attempt(0)
    world.clock.advance(delayMs)
    const two = await world.attempt(1)
    one.resolve(resultOf(1))
    expect(await sent.answer).toEqual(resultOf(1))
    expect([isAborted(one.call), isAborted(two.call)]).toEqual([false, true])
    expect(two.call.signal.reason).toMatchObject({ name: 'AbortError' })
  })

  it.each([
    ['answers', (reply: { resolve: () => void; reject: (error: unknown) => void }) => reply.resolve()],
    ['throws', (reply: { resolve: () => void; reject: (error: unknown) => void }) => reply.reject(new Error('late'))],
  ])('ignores what the loser %s', async (_, reply) => {
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    const world = await warm()
    const sent = world.send()
    const one = await world.attempt(0)
    world.clock.advance(delayMs)
    ;(await world.attempt(1)).resolve(resultOf(2))
    await sent.answer
    reply(one)
    await settle()
    await settle()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    expect(sent.outcome).toEqual({ result: resultOf(2) })
  })

  it('leaves quick calls alone', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(10)
    ;(await world.attempt(0)).resolve(resultOf(1))
    expect(await sent.answer).toEqual(resultOf(1))
    expect(world.clock.timers).toBe(0)
    expect(world.attempts()).toBe(1)
  })

  it('asks as often as it may, each time after the same wait', async () => {
    const world = await warm({ maxExtra: 2 })
    const sent = world.send()
    await world.attempt(0)
    world.clock.advance(delayMs)
    await world.attempt(1)
    world.clock.advance(delayMs)
    ;(await world.attempt(2)).resolve(resultOf(3))
    expect(await sent.answer).toEqual(resultOf(3))
    world.clock.advance(1000)
    expect(world.attempts()).toBe(3)
    expect(world.handler.calls.slice(-3).map(({ call }) => isAborted(call))).toEqual([true, true, false])
  })

  it('asks no sooner than it may', async () => {
    const world = await warm({ minDelayMs: 50 })
    world.send()
    world.clock.advance(49)
    await settle()
    expect(world.attempts()).toBe(1)
    world.clock.advance(1)
    await world.attempt(1)
  })

  it('asks nobody twice before it has seen enough', async () => {
    const world = await warm({ minSamples: 21 })
    world.send()
    world.clock.advance(1e6)
    await settle()
    expect(world.attempts()).toBe(1)
  })

  it('knows each operation for itself', async () => {
    const world = await warm()
    world.send({ target: 'other' })
    world.clock.advance(1000)
    await settle()
    expect(world.attempts()).toBe(1)
  })

  it('forgets what it has seen after two periods', async () => {
    const world = await warm({ periodMs: 1000 })
    world.clock.advance(900)
    const hedged = world.send()
    world.clock.advance(delayMs)
    ;(await world.attempt(1)).resolve()
    await hedged.answer
    world.clock.advance(3000)
    world.send()
    world.clock.advance(1000)
    await settle()
    expect(world.attempts()).toBe(3)
  })

  it('passes its caller’s leaving on to all attempts', async () => {
    const world = await warm()
    const sent = world.send()
    const one = await world.attempt(0)
    world.clock.advance(delayMs)
    const two = await world.attempt(1)
    sent.call.abort('gone')
    await expect(sent.answer).rejects.toBe('gone')
    expect([one.call.signal.reason, two.call.signal.reason]).toEqual(['gone', 'gone'])
    one.resolve()
    two.reject(new Error('late'))
    await settle()
    expect(world.clock.timers).toBe(0)
  })

  it('does not start a call whose caller has left already', async () => {
    const world = await warm()
    const call = fakeCall({ clock: world.clock })
    call.abort('gone')
    await expect(world.middleware(call, world.handler.next)).rejects.toBe('gone')
    expect(world.attempts()).toBe(0)
    expect(world.clock.timers).toBe(0)
  })
})

describe('hedge asks twice', () => {
  it.each<[string, Traits, FakeCallOptions, boolean]>([
    ['a tool that says it only reads', { readOnly: true }, {}, true],
    ['no tool that is idempotent and writes', { idempotent: true, readOnly: false }, {}, false],
    ['no tool that says nothing', {}, {}, false],
    ['a wrapped handler that says nothing', {}, { isWrapped: true }, true],
    ['no wrapped handler of which nobody knows', {}, { isWrapped: true, isUndescribed: true }, false],
    ['a resource of which nobody knows', {}, { method: 'resources/read', target: 'a://b', isUndescribed: true }, true],
    ['no wrapped handler that writes', { readOnly: false }, { isWrapped: true }, false],
    ['a resource', {}, { method: 'resources/read', target: 'a://b' }, true],
  ])('%s', async (_, traits, more, isHedged) => {
    const world = await warm({}, 20, { traits, ...more })
    world.send({ traits, ...more })
    world.clock.advance(1000)
    await settle()
    expect(world.attempts()).toBe(isHedged ? 2 : 1)
  })

  it('what its author says, and nothing else', async () => {
    const world = await warm({ isHedgeable: ({ target }) => target !== 'tool' })
    world.send()
    world.clock.advance(1000)
    await settle()
    expect(world.attempts()).toBe(1)
  })
})
