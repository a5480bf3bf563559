import type { Call } from '@millrace/core'
import { fakeCall, middlewareContract } from '@millrace/core/testing'
import { describe, expect, it } from 'vitest'
import { eventsOf, resultOf, settle, worldOf } from '../fixtures/world.ts'
import { hedge } from '../index.ts'
import type { HedgeOptions } from '../index.ts'

describe('a hedge with a fixed delay keeps the contract of a middleware', () => {
  for (const { name, run } of middlewareContract(() => hedge({ delayMs: 1000, budgetRatio: 1 }))) it(name, run)
})

const fixed = (options: HedgeOptions = {}) => worldOf(hedge({ delayMs: 50, budgetRatio: 1, ...options }))

describe('a fixed delay', () => {
  it('needs no calls to learn from: the first call is asked again after it', async () => {
    const world = fixed()
    const sent = world.send()
    world.clock.advance(49)
    await settle()
    expect(world.handler.calls).toHaveLength(1)
    world.clock.advance(1)
    await settle()
    expect(world.handler.calls).toHaveLength(2)
    ;(await world.arrived(1)).resolve(resultOf(2))
    expect(await sent.answer).toEqual(resultOf(2))
    expect((await world.arrived(0)).call.signal.aborted).toBe(true)
  })

  it('stays what it is, however long calls take', async () => {
    const world = fixed()
    for (let n = 0; n < 150; n += 1) {
      const sent = world.send()
      world.clock.advance(10)
      ;(await world.arrived(n)).resolve()
      await sent.answer
    }
    world.send()
    world.clock.advance(49)
    await settle()
    expect(world.handler.calls).toHaveLength(151)
    world.clock.advance(1)
    await settle()
    expect(world.handler.calls).toHaveLength(152)
  })

  it('may differ from call to call, and be none', async () => {
    const delayMs = ({ target }: Call) => ({ quick: 5, slow: 500 })[target ?? ''] ?? Infinity
    const world = fixed({ delayMs })
    for (const target of ['quick', 'slow', 'never']) world.send({ target })
    await settle()
    expect(world.clock.timers).toBe(2)
    world.clock.advance(5)
    await settle()
    expect(world.handler.calls.map(({ call }) => call.target)).toEqual(['quick', 'slow', 'never', 'quick'])
  })

  it('asks again at once when it is 0, and then each time anew', async () => {
    const world = fixed({ delayMs: 0, maxExtra: 2, budgetRatio: 1 })
    for (let n = 0; n < 3; n += 1) world.send()
    world.clock.advance(0)
    await settle()
    expect(world.handler.calls).toHaveLength(6)
  })

  it('keeps to the budget: a tenth of the calls, so none before the tenth', async () => {
    const world = fixed({ budgetRatio: 0.1 })
    for (let n = 0; n < 25; n += 1) world.send()
    const events = await eventsOf(async () => {
      world.clock.advance(50)
      await settle()
    })
    expect(world.handler.calls).toHaveLength(27)
    expect(events).toMatchObject([
      { type: 'hedge.started', afterMs: 50 },
      { type: 'hedge.started', attempt: 2 },
    ])
    const quiet = fixed({ budgetRatio: 0.1 })
    for (let n = 0; n < 9; n += 1) quiet.send()
    quiet.clock.advance(50)
    await settle()
    expect(quiet.handler.calls).toHaveLength(9)
  })

  it('does not ask again at or after the deadline, and where it is known how long calls take not too close to it', async () => {
    const world = fixed()
    for (const deadline of [50, 51]) world.send({ deadline })
    world.clock.advance(50)
    await settle()
    expect(world.handler.calls).toHaveLength(3)
    for (const { resolve } of world.handler.calls) resolve()
    await settle()
    // Those took 50 ms.
    for (const deadline of [149, 170]) world.send({ deadline })
    world.clock.advance(50)
    await settle()
    expect(world.handler.calls).toHaveLength(6)
  })

  it('is left when the caller goes', async () => {
    const world = fixed()
    const sent = world.send()
    sent.call.abort('gone')
    await expect(sent.answer).rejects.toBe('gone')
    expect(world.clock.timers).toBe(0)
  })

  it.each([-1, NaN, '5', undefined])('must be a number ≥ 0 where a function says it: %s', (value) => {
    const own = hedge({ delayMs: () => value as number })
    expect(() => own(fakeCall(), async () => ({}))).toThrow(
      `hedge.delayMs must give a number ≥ 0 or Infinity, got ${value}`,
    )
  })
})
