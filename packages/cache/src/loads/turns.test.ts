import { fakeCall } from '@millrace/core/testing'
import type { HeldCall } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { fleetOf } from '../fixtures/fleet.ts'
import { eventsOf, resultOf } from '../fixtures/world.ts'

describe('processes that share a store with leases', () => {
  it('load a key once, and all who wait get what was stored', async () => {
    const { a, b, server, pass, clock } = fleetOf()
    const first = a.send()
    await a.handler.arrived(1)
    const others = [b.send(), b.send(), a.send()]
    await pass(200)
    expect(b.handler.calls).toHaveLength(0)
    expect(server.asked.renew).toBeGreaterThanOrEqual(5)
    const events = await eventsOf(async () => {
      a.handler.calls[0]?.resolve(resultOf(1))
      await pass(30)
    })
    for (const { answer } of [first, ...others]) expect(await answer).toEqual(resultOf(1))
    expect(events.map(({ type }) => type)).toEqual(['cache.stored', 'cache.awaited'])
    expect(events[1]).toMatchObject({ operation: 'tools/call tool', tier: 'leasing' })
    expect(server.leases.size).toBe(0)
    expect(clock.timers).toBe(0)
  })

  it('ask the more seldom the longer they wait, and a twentieth of a second apart at most', async () => {
    const { a, b, server, pass } = fleetOf()
    a.send()
    await a.handler.arrived(1)
    b.send()
    await pass(16)
    const early = server.asked.lease - 1
    expect(early).toBeGreaterThanOrEqual(5)
    expect(early).toBeLessThanOrEqual(9)
    await pass(984)
    expect(server.asked.lease - 1).toBeLessThan(60)
    const before = server.asked.lease
    await pass(500)
    expect(server.asked.lease - before).toBeGreaterThanOrEqual(8)
    expect(server.asked.lease - before).toBeLessThanOrEqual(11)
  })

  it('that come just after it was stored do not load it', async () => {
    const { a, b, pass } = fleetOf()
    const get = b.store.get
    b.store.get = () => undefined
    a.send()
    await a.handler.arrived(1)
    a.handler.calls[0]?.resolve(resultOf(1))
    await pass(1)
    expect(await b.send().answer).toEqual(resultOf(1))
    b.store.get = get
    expect(b.handler.calls).toHaveLength(0)
  })

  it('take over from one that is gone, one of them', async () => {
    const { a, b, join, pass } = fleetOf()
    const c = join()
    a.send()
    await a.handler.arrived(1)
    const waiting = [b.send(), c.send()]
    a.store.isDown = true
    await pass(200)
    const loads = [...b.handler.calls, ...c.handler.calls]
    expect(loads).toHaveLength(1)
    loads[0]?.resolve(resultOf(2))
    await pass(60)
    for (const { answer } of waiting) expect(await answer).toEqual(resultOf(2))
  })

  it('keep nothing of one that is late, which answers its own callers all the same', async () => {
    const { a, b, server, pass } = fleetOf()
    const late = a.send()
    await a.handler.arrived(1)
    a.store.isDown = true
    await pass(100)
    a.store.isDown = false
    const next = b.send()
    await b.handler.arrived(1)
    b.handler.calls[0]?.resolve(resultOf(2))
    expect(await next.answer).toEqual(resultOf(2))
    const events = await eventsOf(async () => {
      a.handler.calls[0]?.resolve(resultOf(1))
      expect(await late.answer).toEqual(resultOf(1))
      await pass(1)
    })
    expect(events).toContainEqual({ type: 'cache.bypassed', operation: 'tools/call tool', reason: 'lease' })
    expect([...server.entries.values()].map(({ result }) => result)).toEqual([resultOf(2)])
  })

  it('keep nothing that was invalidated by another while it was loaded', async () => {
    const { a, b, server, pass } = fleetOf()
    const first = a.send()
    await a.handler.arrived(1)
    await b.cache.invalidate({ key: b.cache.keyOf(fakeCall()) })
    a.handler.calls[0]?.resolve(resultOf(1))
    expect(await first.answer).toEqual(resultOf(1))
    await pass(1)
    expect(server.entries.size).toBe(0)
  })

  it.each<[string, (load: HeldCall) => void]>([
    ['failed', (load) => load.reject(new Error('no'))],
    ['is not kept', (load) => load.resolve({ content: [], isError: true })],
  ])('load for themselves, side by side, what %s elsewhere', async (_, end) => {
    const { a, b, join, pass } = fleetOf()
    const c = join()
    const first = a.send()
    first.answer.catch(() => {})
    await a.handler.arrived(1)
    const others = [b.send(), c.send()]
    await pass(10)
    end(a.handler.calls[0]!)
    await pass(10)
    for (const [index, { handler }] of [b, c].entries()) {
      handler.calls[0]?.resolve(resultOf(index))
      expect(await others[index]?.answer).toEqual(resultOf(index))
    }
  })

  it('leave the load to another when all who wanted it have left', async () => {
    const { a, b, clock, pass } = fleetOf()
    const left = a.send()
    left.answer.catch(() => {})
    await a.handler.arrived(1)
    b.send()
    await pass(10)
    left.call.abort(new Error('left'))
    await pass(20)
    expect(b.handler.calls).toHaveLength(1)
    b.handler.calls[0]?.resolve(resultOf(1))
    await pass(1)
    expect(clock.timers).toBe(0)
  })

  it('refresh a stale entry once, and serve it meanwhile', async () => {
    const { a, b, pass, server } = fleetOf({ staleMs: 10_000 })
    const first = a.send()
    await a.handler.arrived(1)
    a.handler.calls[0]?.resolve(resultOf(1))
    await first.answer
    await pass(1001)
    expect(await a.send().answer).toEqual(resultOf(1))
    await a.handler.arrived(2)
    expect(await b.send().answer).toEqual(resultOf(1))
    await pass(20)
    a.handler.calls[1]?.resolve(resultOf(2))
    await pass(20)
    expect(b.handler.calls).toHaveLength(0)
    expect(await b.send().answer).toEqual(resultOf(2))
    expect(server.leases.size).toBe(0)
  })
})

describe('a call that waits for another process', () => {
  it('goes on by itself when its time is over, and keeps nothing', async () => {
    const { a, b, clock, pass, server } = fleetOf()
    a.send()
    await a.handler.arrived(1)
    const hurried = b.send({ deadline: clock.now() + 30 })
    await pass(30)
    expect(b.handler.calls).toHaveLength(0)
    await pass(10)
    b.handler.calls[0]?.resolve(resultOf(2))
    expect(await hurried.answer).toEqual(resultOf(2))
    expect(server.entries.size).toBe(0)
  })

  it('goes on by itself when the load is too old to be waited for, and the lease is not renewed beyond that', async () => {
    const { a, b, pass } = fleetOf({ maxLoadMs: 200 })
    a.send()
    await a.handler.arrived(1)
    const waiting = b.send()
    await pass(320)
    expect(b.handler.calls).toHaveLength(1)
    b.handler.calls[0]?.resolve(resultOf(2))
    expect(await waiting.answer).toEqual(resultOf(2))
  })

  it('asks no more when it is cancelled', async () => {
    const { a, b, clock, pass, server } = fleetOf()
    const held = a.send()
    await a.handler.arrived(1)
    const waiting = b.send()
    await pass(10)
    waiting.call.abort(new Error('left'))
    await expect(waiting.answer).rejects.toThrow('left')
    const { lease } = server.asked
    a.handler.calls[0]?.resolve(resultOf(1))
    await held.answer
    await pass(100)
    expect(server.asked.lease).toBe(lease)
    expect(clock.timers).toBe(0)
  })

  it('gives back a lease that comes when nobody wants it any more', async () => {
    const { a, clock, pass, server } = fleetOf()
    const lease = a.store.lease!
    const asked: Array<() => void> = []
    a.store.lease = (key, known) => new Promise((resolve) => asked.push(() => resolve(lease(key, known))))
    const waiting = a.send()
    await pass(1)
    waiting.call.abort(new Error('left'))
    await expect(waiting.answer).rejects.toThrow('left')
    asked[0]?.()
    await pass(1)
    expect([server.asked.release, server.leases.size, a.handler.calls.length, clock.timers]).toEqual([1, 0, 0, 0])
  })

  it('loads for whoever is left when the one it came first for has gone', async () => {
    const { a, b, pass } = fleetOf()
    a.send()
    await a.handler.arrived(1)
    const first = b.send()
    const second = b.send()
    await pass(10)
    first.call.abort(new Error('left'))
    await expect(first.answer).rejects.toThrow('left')
    a.store.isDown = true
    await pass(150)
    b.handler.calls[0]?.resolve(resultOf(2))
    expect(await second.answer).toEqual(resultOf(2))
  })

  it('does not take what was dropped here while it waited', async () => {
    const { a, b, pass } = fleetOf()
    a.send()
    await a.handler.arrived(1)
    const waiting = b.send()
    await pass(40)
    a.handler.calls[0]?.resolve(resultOf(1))
    await b.cache.invalidate({ tool: 'tool' })
    await pass(40)
    b.handler.calls[0]?.resolve(resultOf(2))
    expect(await waiting.answer).toEqual(resultOf(2))
  })
})
