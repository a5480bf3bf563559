import { RejectedError, withCall } from '@millrace/core'
import type { Call } from '@millrace/core'
import { fakeCall, held } from '@millrace/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { breaking } from '../fixtures/breaking.ts'
import { resultOf, settle } from '../fixtures/world.ts'
import { breaker } from '../index.ts'

/** A call as a door has it that knows of nothing but a signal. */
const plainCall = (more: object) => {
  const controller = new AbortController()
  const call = {
    ...fakeCall(),
    operation: 'tools/call tool',
    ...more,
    signal: controller.signal,
    cancellation: undefined,
  }
  return { call: call as unknown as Call, controller }
}

describe('a call that is cancelled', () => {
  it.each([
    ['answers', (reply: { resolve: () => void; reject: (error: unknown) => void }) => reply.resolve()],
    ['fails', (reply: { resolve: () => void; reject: (error: unknown) => void }) => reply.reject(new Error('broken'))],
    ['never ends', () => {}],
  ])('counts as nothing when its handler %s afterwards', async (_, reply) => {
    const world = breaking({ size: 1 })
    const [sent] = await world.hold(1)
    sent?.call.abort('gone')
    reply(await world.arrived(0))
    await settle()
    expect(world.state).toEqual({ type: 'closed', calls: 0, failures: 0, slowCalls: 0 })
  })

  it('gives its permit back', async () => {
    const world = breaking({ size: 1, openMs: 1000, halfOpenProbes: 2 })
    await world.play('fail')
    world.clock.advance(1000)
    const probes = await world.hold(2)
    expect(world.state).toMatchObject({ permits: 0 })
    probes[0]?.call.abort('gone')
    expect(world.state).toMatchObject({ permits: 1 })
    world.handler.calls[1]?.reject(new Error('broken'))
    await settle()
    expect(world.state).toMatchObject({ type: 'halfOpen', permits: 1, calls: 0 })
    expect(await world.play('ok')).toEqual(['ok'])
  })

  it('gives its permit back also when it has only a signal, and when it was cancelled before', async () => {
    const world = breaking({ size: 1, openMs: 1000, halfOpenProbes: 1 })
    await world.play('fail')
    world.clock.advance(1000)
    const { call, controller } = plainCall({ clock: world.clock })
    void world.breaker(call, held().next)
    expect(world.state).toMatchObject({ permits: 0 })
    controller.abort('gone')
    expect(world.state).toMatchObject({ permits: 1 })
    void world.breaker(call, held().next)
    expect(world.state).toMatchObject({ permits: 1 })
  })

  it('counts as nothing when it has only a signal', async () => {
    for (const isBroken of [true, false]) {
      const one = breaker()
      const { call, controller } = plainCall({})
      const handler = held()
      const answer = one(call, handler.next)
      controller.abort('gone')
      if (isBroken) handler.calls[0]?.reject(new Error('broken'))
      else handler.calls[0]?.resolve()
      await answer.catch(() => {})
      expect(one.state('tools/call tool')).toMatchObject({ calls: 0 })
    }
  })

  it('gives its permit back when it is refused further in', async () => {
    const world = breaking({ size: 1, openMs: 1000, halfOpenProbes: 1 })
    await world.play('fail')
    world.clock.advance(1000)
    await world.hold(1)
    world.handler.calls[1]?.reject(new RejectedError('full', { code: 'ERR_QUEUE_FULL' }))
    await settle()
    expect(world.state).toMatchObject({ type: 'halfOpen', permits: 1, calls: 0 })
  })
})

describe('a probe', () => {
  it('that never ends keeps the circuit half-open no longer than it may', async () => {
    const world = breaking({ size: 1, openMs: [1000, 2000], halfOpenProbes: 1, maxHalfOpenMs: 5000 })
    await world.play('fail')
    world.clock.advance(1000)
    await world.hold(1)
    world.clock.advance(4999)
    expect(await world.play('ok')).toEqual(['refused'])
    expect(world.state?.type).toBe('halfOpen')
    world.clock.advance(1)
    const [sent] = await world.hold(1)
    await expect(sent?.answer).rejects.toMatchObject({ retryAfterMs: 2000 })
    expect(world.state).toEqual({ type: 'open', until: 8000, opens: 2 })
    world.clock.advance(2000)
    expect(await world.play('ok')).toEqual(['ok'])
    world.handler.calls[1]?.reject(new Error('late'))
    await settle()
    expect(world.state?.type).toBe('closed')
  })

  it('has all its time, however long after the first it starts', async () => {
    const world = breaking({ size: 2, openMs: 1000, halfOpenProbes: 2, maxHalfOpenMs: 5000 })
    await world.play('fail', 'fail')
    world.clock.advance(1000)
    await world.play('ok')
    world.clock.advance(60_000)
    const [second] = await world.hold(1)
    world.clock.advance(4999)
    expect(await world.play('ok')).toEqual(['refused'])
    expect(world.state?.type).toBe('halfOpen')
    world.handler.calls.at(-1)?.resolve()
    await second?.answer
    expect(world.state?.type).toBe('closed')
  })

  it('leaves no listener on the call when it has ended', async () => {
    const world = breaking({ size: 1, openMs: 1000, halfOpenProbes: 1 })
    await world.play('fail')
    world.clock.advance(1000)
    const stopped = vi.fn<() => void>()
    const call = fakeCall({ clock: world.clock })
    const own = { isAborted: false, reason: undefined, signal: call.signal, abort: () => {}, subscribe: () => stopped }
    await world.breaker(withCall(call, { cancellation: own }), async () => resultOf(1))
    expect(stopped).toHaveBeenCalledOnce()
  })
})

describe('a late result of an older state', () => {
  it('of the closed circuit changes nothing when it is open, half-open, or closed again', async () => {
    const world = breaking({ size: 2, openMs: 1000, halfOpenProbes: 1 })
    await world.hold(6)
    const late = world.handler.calls.slice(0, 6)
    const fail = async (index: number) => {
      late[index]?.reject(new Error('late'))
      await settle()
    }
    await fail(0)
    await fail(1)
    expect(world.state).toEqual({ type: 'open', until: 1000, opens: 1 })
    await fail(2)
    expect(world.state).toEqual({ type: 'open', until: 1000, opens: 1 })
    world.clock.advance(1000)
    await world.hold(1)
    await fail(3)
    expect(world.state).toMatchObject({ type: 'halfOpen', permits: 0, calls: 0, failures: 0 })
    late[4]?.resolve()
    await settle()
    expect(world.state).toMatchObject({ type: 'halfOpen', permits: 0, calls: 0 })
    world.handler.calls[6]?.resolve()
    await settle()
    expect(world.state).toMatchObject({ type: 'closed', calls: 0 })
    await fail(5)
    expect(world.state).toMatchObject({ type: 'closed', calls: 0 })
  })

  it('of an older half-open time gives no permit to a newer one', async () => {
    const world = breaking({ size: 1, openMs: 1000, halfOpenProbes: 1, maxHalfOpenMs: 0 })
    await world.play('fail')
    world.clock.advance(1000)
    const [old] = await world.hold(1)
    expect(await world.play('ok')).toEqual(['refused'])
    world.clock.advance(1000)
    await world.hold(1)
    expect(world.state).toMatchObject({ type: 'halfOpen', permits: 0 })
    old?.call.abort('gone')
    expect(world.state).toMatchObject({ type: 'halfOpen', permits: 0 })
  })
})
