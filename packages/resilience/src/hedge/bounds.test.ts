import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delayMs, warm } from '../fixtures/hedging.ts'
import { eventsOf, resultOf, settle } from '../fixtures/world.ts'
import { hedge } from '../index.ts'
import type { HedgeOptions } from '../index.ts'
import { Histogram, quantile } from './histogram.ts'

describe('hedge asks no more often than its budget allows', () => {
  it('which is a part of the calls', async () => {
    const world = await warm({ budgetRatio: 0.1, periodMs: 60_000 }, 30)
    // 30 calls are worth three extra attempts; each call sent now adds a tenth.
    for (let n = 0; n < 20; n += 1) world.send()
    world.clock.advance(1000)
    await settle()
    expect(world.attempts()).toBe(20 + 5)
  })

  it('and not at all without one', async () => {
    const world = await warm({ budgetRatio: 0 })
    world.send()
    world.clock.advance(1000)
    await settle()
    expect(world.attempts()).toBe(1)
    expect(world.clock.timers).toBe(0)
  })
})

describe('hedge looks at the deadline', () => {
  it.each([
    [delayMs * 2 + 0.1, true],
    [delayMs * 2 - 0.1, false],
    [delayMs + 1, false],
  ])('and with %d ms asks again only when an answer can be expected in time: %s', async (leftMs, isHedged) => {
    const world = await warm()
    world.send({ deadline: world.clock.now() + leftMs })
    world.clock.advance(delayMs)
    await settle()
    expect(world.attempts()).toBe(isHedged ? 2 : 1)
  })
})

describe('notifications', () => {
  it('reach the caller from the first attempt, and from the second when it is the only one left', async () => {
    const world = await warm()
    const sent = world.send()
    world.clock.advance(delayMs)
    const [one, two] = [await world.attempt(0), await world.attempt(1)]
    await one.call.notify({ method: 'a' })
    await two.call.notify({ method: 'b' })
    one.reject(new Error('broken'))
    await settle()
    await two.call.notify({ method: 'c' })
    two.resolve()
    await sent.answer
    await two.call.notify({ method: 'd' })
    expect(sent.call.notifications).toEqual([{ method: 'a' }, { method: 'c' }])
  })
})

describe('hedge says', () => {
  it('that it asks again, and who won', async () => {
    const world = await warm({ budgetRatio: 0.1, minDelayMs: 20 })
    const events = await eventsOf(async () => {
      const sent = world.send()
      world.clock.advance(20)
      const two = await world.attempt(1)
      world.clock.advance(5)
      two.resolve(resultOf(2))
      await sent.answer
    })
    const operation = 'tools/call tool'
    expect(events).toEqual([
      { type: 'hedge.started', operation, attempt: 2, afterMs: 20, balance: expect.closeTo(1.1) as number },
      { type: 'hedge.won', operation, attempt: 2, elapsedMs: 25 },
    ])
  })

  it('nothing of a call that needed no other', async () => {
    const world = await warm()
    const events = await eventsOf(async () => {
      const sent = world.send()
      ;(await world.attempt(0)).resolve()
      await sent.answer
    })
    expect(events).toEqual([])
  })
})

describe('what most calls take', () => {
  it('is known within 10 %', () => {
    const property = fc.property(
      fc.array(fc.double({ min: 0.1, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
      fc.array(fc.double({ min: 0.1, max: 500_000, noNaN: true }), { maxLength: 200 }),
      fc.double({ min: 0.5, max: 0.999, noNaN: true }),
      (first, second, share) => {
        const [one, other] = [new Histogram(), new Histogram()]
        for (const ms of first) one.record(ms)
        for (const ms of second) other.record(ms)
        const all = [...first, ...second].sort((a, b) => a - b)
        const exact = all[Math.ceil(share * all.length) - 1]!
        const known = quantile(share, one, other)
        expect(known).toBeGreaterThanOrEqual(exact * (1 - 1e-9))
        expect(known).toBeLessThanOrEqual(exact * 1.0906)
      },
    )
    fc.assert(property, { numRuns: 300 })
  })

  it('is endless when nothing is known, and stays within the range of the buckets', () => {
    const [one, other] = [new Histogram(), new Histogram()]
    expect(quantile(0.5, one, other)).toBe(Infinity)
    one.record(0)
    expect(quantile(0.5, one, other)).toBeCloseTo(0.068, 3)
    one.clear()
    one.record(1e12)
    expect(quantile(0.5, one, other)).toBe(2 ** 20)
  })

  it('is learned again after 32 more calls', async () => {
    const world = await warm({ minDelayMs: 0 }, 42)
    for (let n = 0; n < 400; n += 1) {
      const sent = world.send()
      ;(await world.attempt(n)).resolve()
      await sent.answer
    }
    const before = world.attempts()
    world.send()
    world.clock.advance(1)
    await settle()
    expect(world.attempts()).toBe(before + 1)
    // 42 of 442 calls took 10 ms: still more than one in twenty.
    world.clock.advance(delayMs)
    await settle()
    expect(world.attempts()).toBe(before + 2)
  })
})

describe('operations that are measured', () => {
  it('are no more than they may be, and those used lately stay known', async () => {
    const world = await warm({ maxKeys: 2, minSamples: 1 })
    for (const target of ['a', 'b', 'c', 'tool']) {
      const before = world.attempts()
      const sent = world.send({ target })
      ;(await world.attempt(before)).resolve()
      await sent.answer
    }
    const before = world.attempts()
    world.send({ target: 'a' })
    world.send({ target: 'tool' })
    world.clock.advance(100)
    await settle()
    const asked = world.handler.calls.slice(-(world.attempts() - before)).map(({ call }) => call.target)
    expect(asked).toEqual(['a', 'tool', 'tool'])
  })
})

describe('hedge refuses', () => {
  it.each<[unknown, string]>([
    [{ percentile: 95 }, 'hedge.percentile must be a number from 0.5 to 0.999, got 95'],
    [{ minSamples: 0 }, 'hedge.minSamples must be an integer from 1 to 1000000, got 0'],
    [{ periodMs: 10 }, 'hedge.periodMs must be a number from 1000 to 86400000, got 10'],
    [{ minDelayMs: -1 }, 'hedge.minDelayMs must be a number from 0 to 86400000, got -1'],
    [{ budgetRatio: 2 }, 'hedge.budgetRatio must be a number from 0 to 1, got 2'],
    [{ maxExtra: 0 }, 'hedge.maxExtra must be an integer from 1 to 10, got 0'],
    [{ isHedgeable: true }, 'hedge.isHedgeable must be a function, got true'],
    [{ maxKeys: 0 }, 'hedge.maxKeys must be an integer from 1 to 1000000, got 0'],
    [{ delayMs: -1 }, 'hedge.delayMs must be a number from 0 to 86400000 or a function, got -1'],
    [{ delayMs: 5, minSamples: 5 }, 'hedge.delayMs takes the place of hedge.minSamples: give one of them'],
    [
      { after: 5 },
      'hedge.after is not an option; there are delayMs, percentile, minSamples, periodMs, minDelayMs, budgetRatio, maxExtra, isHedgeable, maxKeys',
    ],
  ])('%o', (options, message) => {
    expect(() => hedge(options as HedgeOptions)).toThrow(new TypeError(message))
  })
})
