import type { ResilienceEvent } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { breaking } from '../fixtures/breaking.ts'
import { eventsOf } from '../fixtures/world.ts'
import { breaker } from '../index.ts'
import type { BreakerOptions } from '../index.ts'

const key = 'tools/call tool'

describe('an owner', () => {
  it('can isolate: nothing passes, however long it takes', async () => {
    const world = breaking()
    world.breaker.isolate()
    world.clock.advance(1e9)
    const [sent] = await world.hold(1)
    await expect(sent?.answer).rejects.toMatchObject({
      code: 'ERR_CIRCUIT_OPEN',
      retryAfterMs: undefined,
      message: 'tools/call tool has been switched off by those who run this server.',
    })
    expect(world.state).toEqual({ type: 'isolated' })
  })

  it('can disable: everything passes and nothing is counted', async () => {
    const world = breaking({ size: 1 })
    world.breaker.disable()
    expect(await world.play('fail', 'fail', 'ok')).toEqual(['fail', 'fail', 'ok'])
    expect(world.state).toEqual({ type: 'disabled' })
  })

  it('can have it only count', async () => {
    const world = breaking({ size: 2 })
    world.breaker.observeOnly()
    expect(await world.play('fail', 'fail', 'fail')).toEqual(['fail', 'fail', 'fail'])
    expect(world.state).toEqual({ type: 'observing', calls: 2, failures: 2, slowCalls: 0 })
  })

  it('can reset, from any state', async () => {
    const world = breaking({ size: 1 })
    await world.play('ok')
    const change: Array<() => unknown> = [
      () => world.breaker.isolate(),
      () => world.breaker.disable(),
      () => world.breaker.observeOnly(),
      () => world.play('fail'),
    ]
    for (const one of change) {
      await one()
      expect(world.state?.type).not.toBe('closed')
      world.breaker.reset()
      expect(world.state).toEqual({ type: 'closed', calls: 0, failures: 0, slowCalls: 0 })
      expect(await world.play('ok')).toEqual(['ok'])
    }
  })

  it('decides for one circuit, known or not, or for all and those to come', async () => {
    const world = breaking()
    world.breaker.isolate('tools/call other')
    expect(await world.play('ok')).toEqual(['ok'])
    expect(world.breaker.state('tools/call other')).toEqual({ type: 'isolated' })
    const [other] = await world.hold(1, { target: 'other' })
    await expect(other?.answer).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' })
    world.breaker.disable()
    expect(world.breaker.state('tools/call other')).toEqual({ type: 'disabled' })
    await world.hold(1, { target: 'third' })
    expect(world.breaker.state('tools/call third')).toEqual({ type: 'disabled' })
    expect(world.breaker.keys()).toEqual(['tools/call other', key, 'tools/call third'])
    world.breaker.reset()
    await world.hold(1, { target: 'fourth' })
    expect(world.breaker.state('tools/call fourth')?.type).toBe('closed')
  })

  it('makes calls that began before count for nothing', async () => {
    const world = breaking({ size: 1 })
    await world.hold(2)
    world.breaker.observeOnly()
    world.handler.calls[0]?.reject(new Error('broken'))
    await world.hold(0)
    expect(world.state).toMatchObject({ calls: 0 })
    world.breaker.reset()
    world.handler.calls[1]?.reject(new Error('broken'))
    await world.hold(0)
    expect(world.state).toEqual({ type: 'closed', calls: 0, failures: 0, slowCalls: 0 })
  })
})

describe('a breaker says', () => {
  const name = 'breaker'
  const said = async (options: BreakerOptions, run: (world: ReturnType<typeof breaking>) => unknown) => {
    const world = breaking(options)
    return eventsOf(() => run(world))
  }
  const opened = (more: Partial<ResilienceEvent> & object) => ({
    type: 'breaker.opened',
    name: 'breaker',
    key,
    reason: 'failureRatio',
    openMs: 1000,
    opens: 1,
    calls: 2,
    failures: 2,
    slowCalls: 0,
    ...more,
  })

  it('what happens to its circuits', async () => {
    const events = await said({ size: 2, openMs: 1000, halfOpenProbes: 1 }, async (world) => {
      await world.play('fail', 'fail', 'ok', 'ok')
      world.clock.advance(1000)
      await world.play('fail')
      world.clock.advance(1000)
      await world.play('ok')
    })
    const refused = { type: 'breaker.rejected', name, key, operation: key, state: 'open', retryAfterMs: 1000 }
    expect(events).toEqual([
      opened({}),
      { ...refused, rejected: 1 },
      { ...refused, rejected: 2 },
      { type: 'breaker.halfOpened', name, key, probes: 1, opens: 1 },
      opened({ opens: 2, calls: 1, failures: 1 }),
      { type: 'breaker.halfOpened', name, key, probes: 1, opens: 2 },
      { type: 'breaker.closed', name, key, reason: 'probes' },
    ])
  })

  it('that it opened for slow calls, and for probes that did not end', async () => {
    const events = await said(
      { size: 1, slowCallMs: 50, openMs: 1000, halfOpenProbes: 1, maxHalfOpenMs: 10 },
      async (world) => {
        await world.play('slow')
        world.clock.advance(1000)
        await world.hold(2)
        world.clock.advance(10)
        await world.hold(1)
      },
    )
    expect(events.filter(({ type }) => type !== 'breaker.halfOpened')).toEqual([
      opened({ reason: 'slowRatio', calls: 1, failures: 0, slowCalls: 1 }),
      { type: 'breaker.rejected', name, key, operation: key, state: 'halfOpen', rejected: 1, retryAfterMs: undefined },
      opened({ reason: 'halfOpenTime', opens: 2, calls: 0, failures: 0 }),
      { type: 'breaker.rejected', name, key, operation: key, state: 'open', rejected: 2, retryAfterMs: 1000 },
    ])
  })

  it('which of several breakers it is', async () => {
    const events = await said({ name: 'weather', size: 1 }, (world) => world.play('fail', 'ok'))
    expect(events.map((event) => 'name' in event && event.name)).toEqual(['weather', 'weather'])
  })

  it('what its owner does', async () => {
    const events = await said({}, async (world) => {
      world.breaker.isolate(key)
      await world.play('ok')
      world.breaker.disable()
      world.breaker.observeOnly()
      world.breaker.reset()
      world.breaker.reset()
    })
    expect(events).toEqual([
      opened({ reason: 'isolated', openMs: Infinity, calls: 0, failures: 0 }),
      { type: 'breaker.rejected', name, key, operation: key, state: 'isolated', rejected: 1, retryAfterMs: undefined },
      { type: 'breaker.closed', name, key, reason: 'disabled' },
      { type: 'breaker.closed', name, key, reason: 'observing' },
      { type: 'breaker.closed', name, key, reason: 'reset' },
    ])
  })

  it('once that it would have opened, each time the ratio is reached', async () => {
    const events = await said({ size: 2, openMs: 1000 }, async (world) => {
      world.breaker.observeOnly(key)
      await world.play('fail', 'fail', 'fail', 'ok', 'ok', 'ok', 'fail')
    })
    expect(events.slice(1)).toEqual([
      opened({ type: 'breaker.exceeded' }),
      opened({ type: 'breaker.exceeded', failures: 1 }),
    ])
  })
})

describe('a breaker refuses', () => {
  const waits = 'a number ≥ 0 or Infinity, an array of them that is not empty, or a function'
  it.each<[unknown, string]>([
    [{ window: 'calls' }, "breaker.window must be one of 'count', 'time', got 'calls'"],
    [{ size: 0 }, 'breaker.size must be an integer from 1 to 100000, got 0'],
    [{ window: 'time', size: 3601 }, 'breaker.size must be an integer from 1 to 3600, got 3601'],
    [{ failureRatio: 0 }, 'breaker.failureRatio must be a number above 0 and at most 1, got 0'],
    [{ failureRatio: 50 }, 'breaker.failureRatio must be a number above 0 and at most 1, got 50'],
    [
      { slowRatio: 0.5 },
      'breaker.slowRatio needs slowCallMs, which says from how many milliseconds on a call is slow; without it none is',
    ],
    [{ slowRatio: Number.NaN }, 'breaker.slowRatio must be a number above 0 and at most 1, got NaN'],
    [{ slowCallMs: -1 }, 'breaker.slowCallMs must be a number ≥ 0 or Infinity, got -1'],
    [{ minCalls: 0 }, 'breaker.minCalls must be an integer ≥ 1, got 0'],
    [{ minCalls: 20, size: 10 }, 'breaker.minCalls must be at most breaker.size, which is 10, got 20'],
    [{ minCalls: 101 }, 'breaker.minCalls must be at most breaker.size, which is 100, got 101'],
    [{ openMs: -1 }, `breaker.openMs must be ${waits}, got -1`],
    [{ jitterRatio: 2 }, 'breaker.jitterRatio must be a number from 0 to 1, got 2'],
    [{ halfOpenProbes: 0 }, 'breaker.halfOpenProbes must be an integer from 1 to 1000, got 0'],
    [{ maxHalfOpenMs: -1 }, 'breaker.maxHalfOpenMs must be a number ≥ 0 or Infinity, got -1'],
    [{ name: '' }, "breaker.name must be a string that is not empty, got ''"],
    [{ key: 'tool' }, "breaker.key must be a function, got 'tool'"],
    [{ maxKeys: 0 }, 'breaker.maxKeys must be an integer from 1 to 1000000, got 0'],
    [
      { probes: 3 },
      'breaker.probes is not an option; there are window, size, failureRatio, slowCallMs, slowRatio, minCalls, openMs, jitterRatio, halfOpenProbes, maxHalfOpenMs, isFailure, key, maxKeys, initialState, name, random',
    ],
    ['count', "breaker: options must be an object, got 'count'"],
    [null, 'breaker: options must be an object, got null'],
  ])('%o', (options, message) => {
    expect(() => breaker(options as BreakerOptions)).toThrow(new TypeError(message))
  })

  it('no fewer seconds than calls', () => {
    expect(() => breaker({ window: 'time', size: 5, minCalls: 100 })).not.toThrow()
  })
})
