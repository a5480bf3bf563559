import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import type { FakeCallOptions } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { errorOf, eventsOf, settle, worldOf } from '../fixtures/world.ts'
import { rateLimit } from '../index.ts'
import type { RateLimitOptions } from '../index.ts'

describe('a rate limit whose calls wait keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => rateLimit({ calls: 1000, maxWaitMs: 1000 }))) it(name, run)
})

const waiting = (options: Partial<RateLimitOptions> = {}) => {
  const own = rateLimit({ calls: 10, burst: 1, maxWaitMs: 1000, ...options })
  const world = worldOf(own, 1_700_000_000_000)
  return {
    ...world,
    own,
    started: () => world.handler.calls.map(({ call }) => call.target),
    /** Sends a call with a deadline so many milliseconds from now. */
    sendFor: (patienceMs: number, more: FakeCallOptions = {}) =>
      world.send({ ...more, deadline: world.clock.now() + patienceMs }),
  }
}

describe('a call that comes too early', () => {
  it('waits for its turn, in the order in which calls came', async () => {
    const { sendAll, started, clock, own } = waiting()
    await sendAll('a', 'b', 'c')
    expect([started(), own.waiting()]).toEqual([['a'], 2])
    clock.advance(99)
    await settle()
    expect(started()).toEqual(['a'])
    clock.advance(1)
    await settle()
    expect(started()).toEqual(['a', 'b'])
    clock.advance(100)
    await settle()
    expect([started(), own.waiting(), clock.timers]).toEqual([['a', 'b', 'c'], 0, 0])
  })

  it('overtakes nobody who waits, also when it costs less', async () => {
    const { send, started, clock } = waiting({ calls: 10, burst: 4, cost: ({ input }) => input as number })
    for (const [target, input] of Object.entries({ a: 3, b: 3, c: 1 })) send({ target, input })
    await settle()
    expect(started()).toEqual(['a'])
    clock.advance(199)
    await settle()
    expect(started()).toEqual(['a'])
    clock.advance(101)
    await settle()
    expect(started()).toEqual(['a', 'b', 'c'])
  })

  it('does not wait for others when it counts for nothing', async () => {
    const { send, started } = waiting({ cost: ({ target }) => (target === 'free' ? 0 : 1) })
    for (const target of ['a', 'b', 'free']) send({ target })
    await settle()
    expect(started()).toEqual(['a', 'free'])
  })

  it('waits for its own key only', async () => {
    const { send, handler } = waiting()
    for (const principal of ['ann', 'ann', 'bob']) send({ principal })
    await settle()
    expect(handler.calls.map(({ call }) => call.principal)).toEqual(['ann', 'bob'])
  })

  it('is refused at once when it would have to wait longer than calls may, with the time that it would take', async () => {
    const { send, clock } = waiting({ maxWaitMs: 150 })
    const sent = [send(), send(), send()]
    await settle()
    expect(sent.map((one) => errorOf(one)?.code)).toEqual([undefined, undefined, 'ERR_RATE_LIMITED'])
    expect(errorOf(sent[2]!)).toMatchObject({
      retryAfterMs: 200,
      message: 'tools/call tool came too often from one caller; try again in 200 ms.',
    })
    clock.advance(50)
    const again = send()
    await settle()
    expect(again.outcome).toBe('open')
  })

  it('is refused at once when its turn would not come before its deadline', async () => {
    const { sendFor, clock } = waiting()
    const sent = [1000, 100, 101, 201].map((patienceMs) => sendFor(patienceMs))
    await settle()
    expect(sent.map((one) => errorOf(one)?.retryAfterMs)).toEqual([undefined, 100, undefined, undefined])
    expect(clock.timers).toBe(1)
  })

  it('is refused when as many wait as may, whatever their keys', async () => {
    const { send, own } = waiting({ maxQueued: 2 })
    for (const principal of ['ann', 'ann', 'bob', 'bob']) send({ principal })
    await settle()
    expect(own.waiting()).toBe(2)
    send({ principal: 'cyd' })
    const last = send({ principal: 'cyd' })
    await settle()
    expect(errorOf(last)).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: 100 })
  })

  it('is refused when it costs more than ever comes at once, however long it may wait', async () => {
    const { send } = waiting({ cost: () => 2, maxWaitMs: Infinity })
    const sent = send()
    await settle()
    expect(errorOf(sent)).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: undefined })
  })

  it('leaves at once when its caller goes, and those behind it move up', async () => {
    const { sendAll, started, clock, own } = waiting()
    const [, b, c] = await sendAll('a', 'b', 'c', 'd')
    b!.call.abort('gone')
    await settle()
    expect([b!.outcome, own.waiting()]).toEqual([{ error: 'gone' }, 2])
    clock.advance(50)
    c!.call.abort('gone too')
    clock.advance(50)
    await settle()
    expect(started()).toEqual(['a', 'd'])
    expect([own.waiting(), clock.timers]).toEqual([0, 0])
  })

  it('makes room for the next one by leaving, whoever of those who wait it is', async () => {
    const { sendAll, send, started, clock } = waiting({ maxWaitMs: 200 })
    const [, , c] = await sendAll('a', 'b', 'c')
    const late = send({ target: 'd' })
    c!.call.abort()
    send({ target: 'e' })
    clock.advance(100)
    await settle()
    clock.advance(100)
    await settle()
    expect(errorOf(late)?.code).toBe('ERR_RATE_LIMITED')
    expect(started()).toEqual(['a', 'b', 'e'])
  })

  it('does not go on when its caller goes in the moment of its turn', async () => {
    const { own, clock, sendAll, started } = waiting()
    const [, b] = await sendAll('a', 'b')
    clock.advance(100)
    expect(own.waiting()).toBe(0)
    b!.call.abort('gone')
    await settle()
    expect([b!.outcome, started()]).toEqual([{ error: 'gone' }, ['a']])
  })

  it('never waits when it has been cancelled before', async () => {
    const { send, own, clock } = waiting()
    send()
    const sent = send({ input: 'late' })
    sent.call.abort('left')
    await settle()
    expect([sent.outcome, own.waiting(), clock.timers]).toEqual([{ error: 'left' }, 0, 0])
  })

  it('is refused, and takes nothing, when time has run out for it in the line', async () => {
    const { send, started, own, clock } = waiting()
    // The process is busy, and its timers come late.
    const busy = { now: clock.now, after: (delayMs: number, run: () => void) => clock.after(delayMs + 60, run) }
    send({ target: 'a' })
    const late = send({ target: 'b', clock: busy, deadline: clock.now() + 120 })
    send({ target: 'c' })
    clock.advance(160)
    await settle()
    expect(errorOf(late)).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: 1 })
    expect([started(), own.waiting()]).toEqual([['a', 'c'], 0])
  })

  it('goes on in its own async context, and says so there', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const { own, clock, send } = waiting()
    const stop = subscribe('queue', (event) => {
      if (event.type === 'rateLimit.started') seen.push([storage.getStore(), event.waitMs])
    })
    send()
    const answer = storage.run('ann', () =>
      own(fakeCall({ clock }), async () => {
        seen.push(storage.getStore())
        return {}
      }),
    )
    clock.advance(100)
    await answer
    stop()
    expect(seen).toEqual([['ann', 100], 'ann'])
  })
})

describe('the owner of a rate limit whose calls wait', () => {
  it('lets those who wait go on by resetting it, as far as a burst goes', async () => {
    const { sendAll, started, own, clock } = waiting({ burst: 2 })
    await sendAll('a', 'b', 'c', 'd', 'e')
    own.reset('')
    await settle()
    expect([started(), own.waiting()]).toEqual([['a', 'b', 'c', 'd'], 1])
    own.reset()
    await settle()
    expect([started().at(-1), own.waiting(), clock.timers]).toEqual(['e', 0, 0])
  })

  it('sees that nothing may come at once while calls wait', async () => {
    const { own, sendAll, clock, send } = waiting({ burst: 3, cost: ({ target }) => (target === 'big' ? 3 : 1) })
    const [a, big] = await sendAll('a', 'big')
    expect(own.remaining(a!.call)).toBe(0)
    big!.call.abort()
    expect(own.remaining(a!.call)).toBe(2)
    clock.advance(100)
    send()
    expect(own.remaining(a!.call)).toBe(2)
  })

  it('is told who waits, goes on, leaves and is refused', async () => {
    const { sendAll, clock } = waiting({ maxWaitMs: 200 })
    const events = await eventsOf(async () => {
      const [, , c] = await sendAll('a', 'b', 'c', 'd')
      clock.advance(30)
      c!.call.abort()
      clock.advance(70)
    })
    const event = { name: 'principal', key: '' }
    expect(events).toEqual([
      { ...event, type: 'rateLimit.queued', operation: 'tools/call b', waitMs: 0, depth: 1 },
      { ...event, type: 'rateLimit.queued', operation: 'tools/call c', waitMs: 0, depth: 2 },
      { ...event, type: 'rateLimit.rejected', operation: 'tools/call d', rejected: 1, retryAfterMs: 300 },
      { ...event, type: 'rateLimit.left', operation: 'tools/call c', waitMs: 30, depth: 1 },
      { ...event, type: 'rateLimit.started', operation: 'tools/call b', waitMs: 100, depth: 0 },
    ])
  })

  it('keeps a key whose calls wait, however many others come', async () => {
    const { send, clock, handler } = waiting({ maxKeys: 2 })
    for (const principal of ['ann', 'ann', 'b', 'c', 'd', 'e', 'ann']) send({ principal })
    await settle()
    expect(handler.calls.filter(({ call }) => call.principal === 'ann')).toHaveLength(1)
    clock.advance(200)
    await settle()
    expect(handler.calls.filter(({ call }) => call.principal === 'ann')).toHaveLength(3)
  })

  it.each<[object, string]>([
    [{ maxWaitMs: -1 }, 'rateLimit.maxWaitMs must be a number ≥ 0 or Infinity, got -1'],
    [{ maxQueued: 0 }, 'rateLimit.maxQueued must be an integer ≥ 1 or Infinity, got 0'],
  ])('%j', (options, message) => {
    expect(() => rateLimit({ calls: 1, ...options })).toThrow(message)
  })
})
