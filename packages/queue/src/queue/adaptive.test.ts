import type { QueueEvent, Result } from '@millrace/core'
import { cancellation, withCall } from '@millrace/core'
import { fakeCall, manualClock } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, settle, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'

/** Sends calls evenly to a backend that serves ten at once in 10 ms each, and more of them as much slower. */
const overload = async (own: ReturnType<typeof queue>, callsPerMs: number, seconds: number) => {
  const clock = manualClock()
  let running = 0
  let served = 0
  const next = (): Promise<Result> => {
    running += 1
    return new Promise((resolve) => {
      clock.after(10 * Math.max(1, running / 10), () => {
        running -= 1
        served += 1
        resolve({ content: [] })
      })
    })
  }
  let sent = 0
  for (let ms = 0; ms < seconds * 1000; ms += 1) {
    clock.advance(1)
    for (; sent < ms * callsPerMs; sent += 1)
      own(fakeCall({ clock, deadline: clock.now() + 250 }), next).catch(() => {})
    // Handlers start a few microtasks after the slot is theirs.
    if (ms % 10 === 0) await settle()
    else await new Promise<void>(queueMicrotask)
  }
  return { served, sent }
}

describe('a queue without a limit of its owner', () => {
  it('finds one that keeps a backend busy and its calls quick, and says so', async () => {
    const own = queue()
    const events: QueueEvent[] = []
    let served = 0
    events.push(...(await eventsOf(async () => ({ served } = await overload(own, 3, 5)))))
    expect(own.state().limit).toBeGreaterThanOrEqual(9)
    expect(own.state().limit).toBeLessThanOrEqual(16)
    // A thousand a second is all that the backend can do.
    expect(served).toBeGreaterThan(4600)
    const limits = events.flatMap((event) => (event.type === 'queue.limitChanged' ? [event.limit] : []))
    expect(limits.length).toBeGreaterThan(2)
    expect(limits.at(-1)).toBe(own.state().limit)
  }, 60_000)

  it('fills the slots of a limit that has risen at once', async () => {
    const own = queue({ maxConcurrent: { initial: 2, max: 8 }, discipline: 'fifo' })
    const world = worldOf(own)
    await world.sendAll(...Array.from({ length: 1000 }, () => 'search'))
    const limits = new Set<number>()
    while (own.state().depth > 20) {
      world.clock.advance(10)
      for (let left = own.state().inFlight; left > 0; left -= 1) {
        await world.finish('search')
        limits.add(own.state().limit)
        expect(own.state().inFlight).toBeGreaterThanOrEqual(own.state().limit)
      }
    }
    expect(Math.max(...limits)).toBeGreaterThan(2)
  })

  it('takes calls that were given up on for what they are: too slow', async () => {
    const own = queue({ maxConcurrent: { initial: 2 }, graceMs: 0 })
    const world = worldOf(own)
    for (let n = 0; n < 20; n += 1) {
      await world.sendAll('search')
      world.clock.advance(10)
      await world.finish('search')
    }
    const given = cancellation()
    const slow = withCall(fakeCall({ target: 'search', clock: world.clock }), { cancellation: given })
    const answer = own(slow, world.handler.next)
    answer.catch(() => {})
    world.clock.advance(60_000)
    given.abort('timed out')
    world.handler.calls.at(-1)!.reject('timed out')
    await expect(answer).rejects.toBe('timed out')
    // What a call typically takes has risen, so one that has little time left is not started beside others.
    await world.sendAll('search')
    const hurried = world.send({ target: 'search', deadline: world.clock.now() + 11 })
    await settle()
    expect(hurried.outcome).toMatchObject({ error: { code: 'ERR_DEADLINE' } })
  })

  it('learns nothing from calls that fail quickly', async () => {
    const own = queue({ maxConcurrent: 2 })
    const world = worldOf(own)
    await world.sendAll('search')
    world.clock.advance(100)
    await world.finish('search')
    for (let n = 0; n < 100; n += 1) {
      await world.sendAll('search')
      await world.finish('search', new Error('own'))
    }
    await world.sendAll('search')
    const hurried = world.send({ target: 'search', deadline: world.clock.now() + 99 })
    await settle()
    expect(hurried.outcome).toMatchObject({ error: { code: 'ERR_DEADLINE' } })
  })
})
