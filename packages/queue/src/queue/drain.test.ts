import type { RejectedError } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, worldOf } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import { Drain } from './drain.ts'

describe('when to come back', () => {
  it('is not known before anything is', () => {
    const drain = new Drain()
    drain.look(0, true)
    expect(drain.retryAfterMs(0, 5, 0, 10)).toBeUndefined()
  })

  it('is when what waits will have been served, as fast as calls were served of late', () => {
    const drain = new Drain()
    drain.look(0, true)
    drain.done += 100
    expect(drain.retryAfterMs(1000, 20, 0, 10)).toBe(200)
  })

  it('counts those who were refused, since they will come back as well', () => {
    const drain = new Drain()
    drain.look(0, true)
    drain.done += 100
    drain.refused += 300
    expect(drain.retryAfterMs(1000, 20, 0, 10)).toBe(3200)
  })

  it('is estimated by what a call takes when too little has been served to say', () => {
    const drain = new Drain()
    drain.look(0, true)
    expect(drain.retryAfterMs(50, 20, 30, 10)).toBe(60)
    expect(drain.retryAfterMs(50, 20, 30, Infinity)).toBe(30)
  })

  it('is no sooner than the time in which nothing has been served', () => {
    const drain = new Drain()
    drain.look(0, true)
    expect(drain.retryAfterMs(2500, 2, 10, 10)).toBe(2500)
  })

  it('looks back a second at most, and forgets what was before a quiet time', () => {
    const drain = new Drain()
    for (let now = 0; now <= 3000; now += 500) {
      drain.look(now, true)
      drain.done += now < 2000 ? 1000 : 10
      drain.refused += now < 2000 ? 1000 : 0
    }
    expect(drain.retryAfterMs(3500, 20, 0, 10)).toBe(1000)
    drain.look(60_000, true)
    expect(drain.retryAfterMs(60_050, 20, 10, 10)).toBe(20)
  })

  it('is from a millisecond to half a minute', () => {
    const drain = new Drain()
    drain.look(0, true)
    drain.done += 1e6
    expect(drain.retryAfterMs(1000, 1, 0, 10)).toBe(1)
    drain.refused += 1e9
    expect(drain.retryAfterMs(1000, 1, 0, 10)).toBe(30_000)
  })
})

describe('while every slot hangs', () => {
  it('is later the longer nothing has ended, however seldom somebody comes, up to half a minute', async () => {
    const world = worldOf(queue({ maxConcurrent: 2, maxQueued: 0 }))
    for (let n = 0; n < 20; n += 1) {
      await world.sendAll('hangs')
      world.clock.advance(10)
      await world.finish('hangs')
    }
    await world.sendAll('hangs', 'hangs')
    const hints: Array<number | undefined> = []
    for (const ms of [0, 400, 1000, 1000, 5000, 5000, 60_000, 60_000]) {
      world.clock.advance(ms)
      const [refused] = await world.sendAll('hangs')
      hints.push((errorOf(refused!) as RejectedError).retryAfterMs)
    }
    expect(hints.slice(2)).toEqual([1400, 2400, 7400, 12_400, 30_000, 30_000])
    await world.finish('hangs')
    await world.finish('hangs')
    world.clock.advance(600)
    await world.sendAll('hangs', 'hangs')
    const [after] = await world.sendAll('hangs')
    expect((errorOf(after!) as RejectedError).retryAfterMs).toBeLessThan(2000)
  })

  it('is not said where no call has ever ended: nobody knows', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 0 }))
    await world.sendAll('hangs')
    world.clock.advance(60_000)
    const [refused] = await world.sendAll('search')
    expect(errorOf(refused!)?.message).toBe('tools/call search was not started because too many calls are waiting.')
  })
})

describe('a refusal', () => {
  it('says when to come back by how fast calls were served before it', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, maxQueued: 1, discipline: 'fifo' }))
    // Ten calls a second, each of which another waits behind.
    await world.sendAll('search')
    for (let n = 0; n < 20; n += 1) {
      await world.sendAll('search')
      world.clock.advance(100)
      await world.finish('search')
    }
    await world.sendAll('search')
    const [refused] = await world.sendAll('search')
    const { code, retryAfterMs } = errorOf(refused!) as RejectedError
    expect(code).toBe('ERR_QUEUE_FULL')
    expect(retryAfterMs).toBeGreaterThanOrEqual(150)
    expect(retryAfterMs).toBeLessThanOrEqual(250)
  })
})
