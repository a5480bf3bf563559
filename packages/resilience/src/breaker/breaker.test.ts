import { middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { breaking, slowMs } from '../fixtures/breaking.ts'
import type { End } from '../fixtures/breaking.ts'
import { resultOf, settle } from '../fixtures/world.ts'
import { breaker } from '../index.ts'
import type { BreakerOptions } from '../index.ts'

describe('breaker keeps the contract of a middleware', () => {
  describe.each<[string, BreakerOptions]>([
    ['over calls', {}],
    ['over seconds, with slow calls', { window: 'time', slowCallMs: 100 }],
  ])('%s', (_, options) => {
    for (const { name, run } of middlewareContract(() => breaker(options))) it(name, run)
  })
  describe('when it only counts', () => {
    const make = () => {
      const one = breaker()
      one.observeOnly()
      return one
    }
    for (const { name, run } of middlewareContract(make)) it(name, run)
  })
  describe('when it is disabled', () => {
    const make = () => {
      const one = breaker()
      one.disable()
      return one
    }
    for (const { name, run } of middlewareContract(make)) it(name, run)
  })
})

const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item)

describe('a closed circuit', () => {
  const slow = { slowCallMs: slowMs - 1 }
  it.each<[string, BreakerOptions, End[], boolean]>([
    ['stays closed below the ratio', {}, [...times(6, 'ok' as const), ...times(4, 'fail' as const)], false],
    ['opens at the ratio', {}, [...times(5, 'ok' as const), ...times(5, 'fail' as const)], true],
    [
      'opens by the success that completes the number of calls',
      {},
      [...times(5, 'fail' as const), ...times(5, 'ok' as const)],
      true,
    ],
    ['stays closed on too few calls', {}, times(9, 'fail'), false],
    ['opens as soon as there are enough', {}, times(10, 'fail'), true],
    ['opens on one call when it is told so', { minCalls: 1 }, ['fail'], true],
    ['never opens on successes alone', { minCalls: 1 }, times(300, 'ok'), false],
    [
      'forgets what is no longer among the last calls',
      { size: 4, minCalls: 4, failureRatio: 0.75 },
      ['fail', 'fail', 'ok', 'ok', 'fail', 'fail'],
      false,
    ],
    ['needs as many calls as it looks at when that is fewer than ten', { size: 3 }, ['fail', 'fail', 'ok'], true],
    [
      'takes a ratio as it is said',
      { size: 30, minCalls: 30, failureRatio: 0.1 },
      [...times(3, 'fail' as const), ...times(27, 'ok' as const)],
      true,
    ],
    ['opens when all are slow', slow, times(10, 'slow'), true],
    ['stays closed when all but one are slow', slow, ['ok', ...times(9, 'slow' as const)], false],
    [
      'opens at a ratio of slow calls',
      { ...slow, slowRatio: 0.5 },
      [...times(5, 'ok' as const), ...times(5, 'slow' as const)],
      true,
    ],
    [
      'counts slow failures as both',
      { ...slow, slowRatio: 0.3 },
      [...times(7, 'ok' as const), ...times(3, 'slowFail' as const)],
      true,
    ],
    ['takes nobody for slow unless told', {}, times(10, 'slow'), false],
    ['takes a call of exactly the limit for quick', { slowCallMs: slowMs }, times(10, 'slow'), false],
  ])('%s', async (_, options, ends, isOpen) => {
    const world = breaking(options)
    await world.play(...ends)
    expect(world.state?.type).toBe(isOpen ? 'open' : 'closed')
  })

  it('looks at the last seconds when it is told so', async () => {
    const world = breaking({ window: 'time', size: 10, minCalls: 4 })
    await world.play('fail', 'fail', 'fail')
    world.clock.advance(10_000)
    await world.play('fail')
    expect(world.state).toEqual({ type: 'closed', calls: 1, failures: 1, slowCalls: 0 })
    await world.play('ok')
    world.clock.advance(9999)
    await world.play('fail', 'ok')
    expect(world.state?.type).toBe('open')
  })

  it('may open on a success, when older successes leave the window', async () => {
    const world = breaking({ window: 'time', size: 2, minCalls: 4 })
    await world.play('ok', 'ok', 'ok', 'ok')
    world.clock.advance(1000)
    await world.play('fail', 'fail', 'ok')
    expect(world.state?.type).toBe('closed')
    world.clock.advance(1000)
    await world.play('ok')
    expect(world.state?.type).toBe('open')
  })

  it('shows what it counts', async () => {
    const world = breaking({ slowCallMs: 50 })
    await world.play('ok', 'fail', 'slow', 'slowFail')
    expect(world.state).toEqual({ type: 'closed', calls: 4, failures: 2, slowCalls: 2 })
  })
})

describe('an open circuit', () => {
  const opened = async (options: BreakerOptions = {}) => {
    const world = breaking({ size: 2, openMs: 1000, halfOpenProbes: 2, ...options })
    await world.play('fail', 'fail')
    expect(world.state?.type).toBe('open')
    return world
  }

  it('refuses calls and says when to come back', async () => {
    const world = await opened()
    world.clock.advance(400)
    const [sent] = await world.hold(1, { target: 'tool' })
    await expect(sent?.answer).rejects.toMatchObject({
      name: 'CircuitOpenError',
      code: 'ERR_CIRCUIT_OPEN',
      kind: 'rejected',
      retryAfterMs: 600,
      isRetryable: false,
      message: 'tools/call tool has failed too often and is not tried again for 1 s.',
    })
    expect(world.handler.calls).toHaveLength(2)
  })

  it('needs no timer', async () => {
    expect((await opened()).clock.timers).toBe(0)
  })

  it('lets probes through when its time is over, and closes when they have gone well', async () => {
    const world = await opened()
    world.clock.advance(999)
    expect(await world.play('ok')).toEqual(['refused'])
    world.clock.advance(1)
    expect(await world.play('ok')).toEqual(['ok'])
    expect(world.state).toEqual({ type: 'halfOpen', permits: 1, opens: 1, calls: 1, failures: 0, slowCalls: 0 })
    expect(await world.play('ok')).toEqual(['ok'])
    expect(world.state).toEqual({ type: 'closed', calls: 0, failures: 0, slowCalls: 0 })
  })

  it('lets no more probes through than it may, however many come at once', async () => {
    const world = await opened()
    world.clock.advance(1000)
    const sent = await world.hold(10)
    expect(world.handler.calls).toHaveLength(4)
    await expect(sent[9]?.answer).rejects.toMatchObject({
      code: 'ERR_CIRCUIT_OPEN',
      retryAfterMs: undefined,
      message: 'tools/call tool has failed too often; whether it works again is being tried with other calls.',
    })
  })

  it('opens again as soon as it is decided, and later probes change nothing', async () => {
    const world = await opened({ halfOpenProbes: 3, failureRatio: 0.5, openMs: [1000, 3000] })
    world.clock.advance(1000)
    await world.hold(3)
    const [, , one, two, three] = world.handler.calls
    one?.reject(new Error('still broken'))
    await settle()
    expect(world.state?.type).toBe('halfOpen')
    two?.reject(new Error('still broken'))
    await settle()
    expect(world.state).toEqual({ type: 'open', until: 4000, opens: 2 })
    three?.resolve(resultOf(3))
    await settle()
    expect(world.state).toEqual({ type: 'open', until: 4000, opens: 2 })
  })

  it('closes when fewer probes fail than it bears', async () => {
    const world = await opened({ halfOpenProbes: 3, failureRatio: 0.5 })
    world.clock.advance(1000)
    await world.play('fail', 'ok', 'ok')
    expect(world.state?.type).toBe('closed')
  })

  it('opens again when probes are slow', async () => {
    const world = await opened({ slowCallMs: 50 })
    world.clock.advance(1000)
    await world.play('slow')
    expect(world.state?.type).toBe('halfOpen')
    await world.play('slow')
    expect(world.state?.type).toBe('open')
  })

  it('stays open longer each time in a row, and as briefly as at first once it has been closed', async () => {
    const world = await opened({ openMs: (count) => count * 1000, halfOpenProbes: 1 })
    for (const opens of [1, 2, 3]) {
      expect(world.state).toEqual({ type: 'open', until: world.clock.now() + opens * 1000, opens })
      world.clock.advance(opens * 1000)
      await world.play('fail')
    }
    world.clock.advance(4000)
    await world.play('ok', 'fail', 'fail')
    expect(world.state).toEqual({ type: 'open', until: world.clock.now() + 1000, opens: 1 })
  })

  it.each([
    [0, 10_000],
    [0.5, 9500],
    [1, 9000],
  ])('with chance %d comes back after %d ms', async (chance, expected) => {
    const world = await opened({ openMs: 10_000, jitterRatio: 0.1, random: () => chance })
    expect(world.state).toMatchObject({ until: expected })
  })

  it('stays open without end when it is told so', async () => {
    const world = await opened({ openMs: Infinity, jitterRatio: 1, random: () => 1 })
    world.clock.advance(1e12)
    const [sent] = await world.hold(1)
    await expect(sent?.answer).rejects.toMatchObject({
      retryAfterMs: undefined,
      message: 'tools/call tool has failed too often and is not tried any more.',
    })
  })

  it('is open for 5, 10, 20, 40 and then 60 s unless told otherwise', async () => {
    const world = breaking({ size: 1, halfOpenProbes: 1 })
    const waits = []
    for (let round = 0; round < 6; round += 1) {
      await world.play('fail')
      const { until } = world.state as { readonly until: number }
      waits.push(until - world.clock.now())
      world.clock.advance(until - world.clock.now())
    }
    expect(waits).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000])
  })
})
