import { fakeCall, manualClock, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { testCounters } from '../fixtures/counters.ts'
import { rateFleet as fleet } from '../fixtures/rateFleet.ts'
import { errorOf, eventsOf, settle } from '../fixtures/world.ts'
import { rateLimit } from '../index.ts'

describe('a rate limit with a store keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => {
    return rateLimit({ calls: 1000, store: testCounters(manualClock()) })
  })) {
    it(name, run)
  }
})

describe('a rate limit that processes share', () => {
  it('is one limit', async () => {
    const { ask, clock } = fleet({ calls: 10, burst: 3 })
    expect(await ask(0, 1, 0, 1, 0)).toEqual([true, true, true, 100, 100])
    clock.advance(100)
    expect(await ask(1, 0)).toEqual([true, 100])
  })

  it('is not asked about what is known to be used up', async () => {
    const { ask, clock, counters } = fleet({ calls: 10, burst: 1 })
    expect(await ask(0, 0, 0, 0)).toEqual([true, 100, 100, 100])
    expect(counters.asked.take).toBe(1)
    clock.advance(100)
    expect(await ask(0)).toEqual([true])
    expect(counters.asked.take).toBe(2)
  })

  it('gives turns in the order in which they were asked for, in whichever process', async () => {
    const { send, handler, clock, counters } = fleet({ calls: 10, burst: 1, maxWaitMs: 250 })
    const sends = [
      send(0, { target: 'a' }),
      send(1, { target: 'b' }),
      send(0, { target: 'c' }),
      send(1, { target: 'd' }),
    ]
    await settle()
    const started = () => handler.calls.map(({ call }) => call.target)
    expect(errorOf(sends[3]!)).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: 300 })
    expect(started()).toEqual(['a'])
    for (const expected of [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]) {
      clock.advance(113)
      await settle()
      expect(started()).toEqual(expected)
    }
    expect(counters.asked.take).toBe(4)
    expect(clock.timers).toBe(0)
  })

  it('tells of those who wait, and lets go of one who leaves', async () => {
    const { send, members, clock } = fleet({ calls: 10, burst: 1, maxWaitMs: 1000 })
    const events = await eventsOf(async () => {
      send(0)
      const waiting = send(0)
      const leaving = send(0)
      await settle()
      expect(members[0]!.waiting()).toBe(2)
      leaving.call.abort(new Error('left'))
      await settle()
      expect(errorOf(leaving)).toMatchObject({ message: 'left' })
      clock.advance(113)
      await settle()
      expect([members[0]!.waiting(), waiting.outcome]).toEqual([0, 'open'])
    })
    expect(events.map(({ type }) => type)).toEqual([
      'rateLimit.queued',
      'rateLimit.queued',
      'rateLimit.left',
      'rateLimit.started',
    ])
  })

  it('has nobody wait beyond its deadline or beyond as many as may', async () => {
    const { send, clock } = fleet({ calls: 10, burst: 1, maxWaitMs: 1000, maxQueued: 1 })
    send(0)
    const hurried = send(0, { deadline: clock.now() + 99 })
    await settle()
    expect(errorOf(hurried)).toMatchObject({ retryAfterMs: 100 })
    const [waits, tooMany] = [send(0), send(1)]
    await settle()
    expect([waits.outcome, tooMany.outcome]).toEqual(['open', 'open'])
    const another = send(1)
    await settle()
    expect(errorOf(another)).toMatchObject({ retryAfterMs: 300 })
  })

  it('is never for a call that costs more than may come at once', async () => {
    const { send, counters } = fleet({ calls: 10, burst: 2, cost: () => 3 })
    const call = send(0)
    await settle()
    expect(errorOf(call)).toMatchObject({ code: 'ERR_RATE_LIMITED' })
    expect(counters.asked.take).toBe(0)
  })

  it('is never for a call that costs a little more than may come at once', async () => {
    const { send, handler } = fleet({ calls: 10, burst: 2, cost: () => 2.1, maxWaitMs: Infinity })
    const call = send(0)
    await settle()
    expect(errorOf(call)).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: undefined })
    expect(handler.calls).toHaveLength(0)
  })

  it('does not start a call that was cancelled while it was asked', async () => {
    const { send, handler } = fleet()
    const call = send(0)
    call.call.abort(new Error('left'))
    await settle()
    expect(errorOf(call)).toMatchObject({ message: 'left' })
    expect(handler.calls).toHaveLength(0)
  })

  it('is forgotten for all when an owner says so', async () => {
    const { ask, members, counters } = fleet({ calls: 1 })
    expect(await ask(0, 1, 1)).toEqual([true, 1000, 1000])
    members[1]!.reset('')
    await settle()
    expect(await ask(1, 1)).toEqual([true, 1000])
    members[1]!.reset()
    await settle()
    expect([await ask(1), counters.asked.forget]).toEqual([[true], 2])
  })

  it('says what is left as far as a process has heard', async () => {
    const { ask, members, clock } = fleet({ calls: 10, burst: 5 })
    await ask(1, 1, 0)
    expect(members.map((member) => member.remaining(fakeCall({ clock })))).toEqual([2, 3])
  })
})

describe('while what is shared fails', () => {
  it('each process counts for itself, from what it has heard last, and asks again a second later', async () => {
    const { ask, counters, clock } = fleet({ calls: 1, burst: 4, perMs: 100_000 })
    expect(await ask(0, 0)).toEqual([true, true])
    counters.isDown = true
    const events = await eventsOf(async () => {
      expect(await ask(0, 0, 1, 1)).toEqual([true, true, true, true])
      expect((await ask(0))[0]).toBeTypeOf('number')
    })
    expect(events[0]).toMatchObject({ type: 'queue.countersFailed', name: 'principal', counters: 'test' })
    expect(events.filter(({ type }) => type === 'queue.countersFailed')).toHaveLength(2)
    counters.isDown = false
    const { take } = counters.asked
    clock.advance(999)
    await ask(1)
    expect(counters.asked.take).toBe(take)
    clock.advance(150)
    expect(await ask(1)).toEqual([true])
    expect(counters.asked.take).toBe(take + 1)
  })

  it('a call waits for an answer for a quarter of a second, and those after it for none', async () => {
    const { send, counters, handler, clock } = fleet()
    counters.take = () => new Promise<never>(() => {})
    send(0)
    await settle()
    clock.advance(249)
    await settle()
    expect(handler.calls).toHaveLength(0)
    clock.advance(40)
    await settle()
    expect(handler.calls).toHaveLength(1)
    send(0)
    await settle()
    expect(handler.calls).toHaveLength(2)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 0],
    ['no times', { waitMs: 0 }],
    ['text for a time', { waitMs: '0', dueMs: [0] }],
    ['times of other rates', { waitMs: 0, dueMs: [0, 0] }],
    ['no number', { waitMs: NaN, dueMs: [0] }],
  ])('as when it answers %s, no call fails', async (_, answer) => {
    const { ask, counters } = fleet({ calls: 1 })
    counters.take = () => answer as never
    expect(await ask(0, 0)).toEqual([true, 1000])
  })

  it('those who wait here wait on when it is back, and are not overtaken', async () => {
    const { send, counters, handler, clock } = fleet({ calls: 10, burst: 1, maxWaitMs: 5000 })
    counters.isDown = true
    for (const target of ['a', 'b', 'c']) send(0, { target })
    await settle()
    counters.isDown = false
    clock.advance(1130)
    await settle()
    send(0, { target: 'd' })
    await settle()
    for (let turn = 0; turn < 5; turn += 1) {
      clock.advance(113)
      await settle()
    }
    expect(handler.calls.map(({ call }) => call.target)).toEqual(['a', 'b', 'c', 'd'])
  })
})

it('counters are asked for in one sentence', () => {
  expect(() => rateLimit({ calls: 1, store: {} as never })).toThrow(
    'rateLimit.store must be counters (with take, forget, occupy)',
  )
})
