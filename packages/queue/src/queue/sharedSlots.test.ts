import { manualClock, middlewareContract } from '@millrace/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testCounters } from '../fixtures/counters.ts'
import { fleet } from '../fixtures/fleet.ts'
import { errorOf, eventsOf, settle } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

describe('a queue with a store keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => {
    return queue({ maxConcurrent: 100, store: testCounters(manualClock()) })
  })) {
    it(name, run)
  }
})

describe('a queue that processes share', () => {
  it('has so many slots for all of them, and those who find none wait in order', async () => {
    const { send, started, handler, pass, clock, counters } = fleet()
    for (const [which, target] of [
      [0, 'a'],
      [1, 'b'],
      [0, 'c'],
      [1, 'd'],
    ] as const) {
      send(which, { target })
      await settle()
    }
    await pass(50)
    expect(started()).toEqual(['a', 'b'])
    handler.calls[1]?.resolve()
    await pass(20)
    expect(started()).toEqual(['a', 'b', 'c'])
    handler.calls[0]?.reject(new Error('no'))
    await pass(20)
    expect(started()).toEqual(['a', 'b', 'c', 'd'])
    for (const call of handler.calls.slice(2)) call.resolve()
    await pass(20)
    expect([counters.slots.size, clock.timers]).toEqual([0, 0])
  })

  it('keeps a slot for as long as its call runs, and has that of a dead process again', async () => {
    const { send, started, pass, counters } = fleet({ maxConcurrent: 1 })
    send(0, { target: 'a' })
    await settle()
    send(1, { target: 'b' })
    await pass(500)
    expect(started()).toEqual(['a'])
    expect(counters.asked.renew).toBeGreaterThan(10)
    const [slot] = counters.slots
    slot!.until = 0
    await pass(30)
    expect(started()).toEqual(['a', 'b'])
  })

  it('asks at most every fiftieth of a second, for the first of those who wait', async () => {
    const { send, pass, counters } = fleet({ maxConcurrent: 5 })
    for (let n = 0; n < 5; n += 1) send(0)
    await pass(30)
    for (let n = 0; n < 5; n += 1) send(1)
    await pass(200)
    const before = counters.asked.occupy
    await pass(400)
    expect(counters.asked.occupy - before).toBeLessThanOrEqual(20)
    expect(counters.asked.occupy - before).toBeGreaterThanOrEqual(15)
  })

  it('refuses who has waited too long, or until the deadline, and says so', async () => {
    const { send, pass, clock } = fleet({ maxConcurrent: 1, maxWaitMs: 100 })
    send(0)
    await settle()
    const patient = send(1)
    const events = await eventsOf(() => pass(130))
    expect(errorOf(patient)).toMatchObject({
      code: 'ERR_QUEUE_FULL',
      message: expect.stringContaining('waited too long') as string,
    })
    expect(events.at(-1)).toMatchObject({ type: 'queue.rejected', reason: 'waited' })
    const hurried = send(1, { deadline: clock.now() + 50 })
    await pass(80)
    expect(errorOf(hurried)).toMatchObject({ code: 'ERR_DEADLINE' })
    const endless = fleet({ maxConcurrent: 1 })
    endless.send(0)
    await settle()
    const last = endless.send(1)
    await endless.pass(5100)
    expect(errorOf(last)).toMatchObject({ code: 'ERR_QUEUE_FULL' })
  })

  it('lets go of who leaves, and passes its slot on when it came too late', async () => {
    const { send, handler, pass, counters, clock } = fleet({ maxConcurrent: 1 })
    const first = send(0)
    first.call.abort(new Error('left'))
    await pass(5)
    expect(errorOf(first)).toMatchObject({ message: 'left' })
    expect([counters.slots.size, handler.calls.length]).toEqual([0, 0])
    send(0)
    await settle()
    const waiting = send(1)
    await pass(5)
    waiting.call.abort(new Error('left'))
    await pass(30)
    const { occupy } = counters.asked
    await pass(60)
    expect(counters.asked.occupy).toBe(occupy)
    handler.calls[0]?.resolve()
    await pass(1)
    expect([counters.slots.size, clock.timers]).toEqual([0, 0])
  })

  it('follows another limit', async () => {
    const { send, queues, started, pass } = fleet({ maxConcurrent: 1 })
    send(0, { target: 'a' })
    await settle()
    send(1, { target: 'b' })
    expect(() => queues[1]!.limitTo({ max: 5 })).toThrow('queue.store takes a maxConcurrent that is a number')
    queues[1]!.limitTo(2)
    await pass(30)
    expect(started()).toEqual(['a', 'b'])
  })
})

describe('while what is shared fails', () => {
  it('each process has its own slots, also those who wait, and shares again a second later', async () => {
    const { send, counters, started, handler, pass } = fleet({ maxConcurrent: 1 })
    send(0, { target: 'a' })
    await settle()
    send(1, { target: 'b' })
    await pass(5)
    counters.isDown = true
    const events = await eventsOf(() => pass(30))
    expect(started()).toEqual(['a', 'b'])
    expect(events[0]).toMatchObject({ type: 'queue.countersFailed', name: 'queue', counters: 'test' })
    send(1, { target: 'c' })
    await pass(5)
    expect(started()).toEqual(['a', 'b'])
    handler.calls[1]?.resolve()
    await pass(5)
    expect(started()).toEqual(['a', 'b', 'c'])
    counters.isDown = false
    await pass(1200)
    handler.calls[2]?.resolve()
    send(1, { target: 'd' })
    await pass(30)
    expect(counters.slots.size).toBe(1)
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['a word', 'yes'],
    ['a slot that is none', { renewMs: 5 }],
  ])('or gives %s, no call does', async (_, answer) => {
    const { send, counters, started, pass } = fleet()
    counters.occupy = () => answer as never
    send(0, { target: 'a' })
    await pass(2)
    expect(started()).toEqual(['a'])
  })

  it('a slot that cannot be renewed or given back holds nobody up', async () => {
    const { send, counters, handler, pass, clock } = fleet()
    const call = send(0)
    await pass(1)
    counters.isDown = true
    await pass(100)
    handler.calls[0]?.resolve()
    await pass(1)
    expect(call.outcome).not.toBe('open')
    await pass(1200)
    expect(clock.timers).toBe(0)
  })
})

it('there are never more calls than slots, and nobody is forgotten, whatever happens', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: fc.constant('send' as const), who: fc.nat(2) }) },
    { weight: 4, arbitrary: fc.record({ does: fc.constant('end' as const), which: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('leave' as const), which: fc.nat(9) }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40 }) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 50 }), async (steps) => {
      const { send, handler, pass, counters, clock } = fleet({ maxConcurrent: 3 }, 3)
      const sends: ReturnType<typeof send>[] = []
      const ended = new Set<object>()
      const end = (which: number) => {
        const open = handler.calls.filter((call) => !ended.has(call))
        const one = open[which % Math.max(1, open.length)]
        if (one === undefined) return
        ended.add(one)
        one.resolve()
      }
      for (const one of steps) {
        if (one.does === 'send') sends.push(send(one.who))
        else if (one.does === 'end') end(one.which)
        else if (one.does === 'leave') sends[one.which]?.call.abort(new Error('left'))
        else await pass(one.ms)
        await settle()
        expect(handler.calls.length - ended.size).toBeLessThanOrEqual(3)
      }
      for (let turn = 0; turn < 60 && sends.some(({ outcome }) => outcome === 'open'); turn += 1) {
        await pass(25)
        end(0)
      }
      await pass(30)
      expect(sends.filter(({ outcome }) => outcome === 'open')).toEqual([])
      expect([counters.slots.size, clock.timers]).toEqual([0, 0])
    }),
    { numRuns: 40 },
  )
}, 120_000)

it.each<[QueueOptions, string]>([
  [{ maxConcurrent: 1, store: {} as never }, 'queue.store must be counters'],
  [{ store: testCounters(manualClock()) }, 'queue.store takes a maxConcurrent that is a number'],
])('what makes no sense is said in one sentence', (options, message) => {
  expect(() => queue(options)).toThrow(message)
})
