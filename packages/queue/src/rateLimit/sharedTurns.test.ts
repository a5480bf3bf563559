import type { Clock } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { rateFleet } from '../fixtures/rateFleet.ts'
import { errorOf, settle } from '../fixtures/world.ts'

describe('calls that wait for a turn that processes share', () => {
  it('start one after the other as evenly as the rate says, though timers come an eighth late', async () => {
    const { clock, handler, send } = rateFleet({ calls: 4, burst: 1, maxWaitMs: Infinity })
    const late: Clock = { now: () => clock.now(), after: (ms, run) => clock.after((ms * 9) / 8, run) }
    const startedAt = clock.now()
    for (let n = 0; n < 12; n += 1) send(n % 2, { clock: late })
    await settle()
    const starts: number[] = []
    for (let ms = 0; ms <= 2760; ms += 1) {
      while (starts.length < handler.calls.length) starts.push(clock.now() - startedAt)
      clock.advance(1)
      await settle()
    }
    expect(starts).toHaveLength(12)
    for (const [n, at] of starts.entries()) {
      expect(at).toBeGreaterThanOrEqual(n * 250)
      expect(at).toBeLessThanOrEqual(n * 250 + 2)
    }
  })

  it('are as many as may, however many of them are asked about at once', async () => {
    const { send, members, handler, clock } = rateFleet({ calls: 10, burst: 1, maxWaitMs: 60_000, maxQueued: 3 })
    const sends = Array.from({ length: 10 }, () => send(0))
    await settle()
    expect([handler.calls.length, members[0]!.waiting()]).toEqual([1, 2])
    expect(sends.filter((one) => errorOf(one) !== undefined)).toHaveLength(7)
    send(0)
    await settle()
    expect(members[0]!.waiting()).toBe(3)
    clock.advance(1000)
    await settle()
    expect([handler.calls.length, members[0]!.waiting(), clock.timers]).toEqual([4, 0, 0])
  })

  it('do not start once their deadline has passed, when the answer took its time to come', async () => {
    const { send, counters, handler, clock, members } = rateFleet({ calls: 10, burst: 1, maxWaitMs: 1000 })
    send(0)
    await settle()
    const { take } = counters
    counters.take = async (...args) => {
      const taken = await take(...args)
      return new Promise((resolve) => {
        clock.after(50, () => resolve(taken))
      })
    }
    const late = send(1, { deadline: clock.now() + 120 })
    for (let ms = 0; ms < 170; ms += 1) {
      clock.advance(1)
      await settle()
    }
    expect(errorOf(late)).toMatchObject({ code: 'ERR_RATE_LIMITED', retryAfterMs: 49 })
    expect([handler.calls.length, members[1]!.waiting(), clock.timers]).toEqual([1, 0, 0])
  })
})
