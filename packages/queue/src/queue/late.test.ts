import type { Clock } from '@millrace/core'
import { describe, expect, it } from 'vitest'
import { errorOf, eventsOf, settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

/** A world whose event loop can be blocked: time goes on, and no timer fires before it is free again. */
const blockable = (options: QueueOptions) => {
  let blockedMs = 0
  const own = queue({ discipline: 'fifo', maxConcurrent: 1, ...options })
  const world: World = worldOf(own)
  const clock: Clock = { now: () => world.clock.now() + blockedMs, after: (ms, run) => world.clock.after(ms, run) }
  const send = (target: string, patienceMs = Infinity) =>
    world.send({ target, clock, deadline: clock.now() + patienceMs })
  return {
    ...world,
    own,
    send,
    started: () => world.started,
    block: (ms: number) => (blockedMs += ms),
    /** The timers that are due by now fire, late. */
    free: async () => {
      const ms = blockedMs
      blockedMs = 0
      world.clock.advance(ms)
      await settle()
    },
  }
}

describe('a slot that is free while the timers are late', () => {
  it('goes to nobody who has waited for too long, but to the next one who has not', async () => {
    const { own, send, block, free, finish, started } = blockable({ maxWaitMs: 100 })
    send('runs')
    const dead = ['dead', 'dead'].map((target) => send(target))
    block(80)
    const alive = send('alive')
    block(50)
    const events = await eventsOf(() => finish('runs'))
    expect(started()).toEqual(['runs', 'alive'])
    expect(dead.map((one) => errorOf(one)?.code)).toEqual(['ERR_QUEUE_FULL', 'ERR_QUEUE_FULL'])
    expect(events.filter(({ type }) => type === 'queue.rejected')).toEqual([
      expect.objectContaining({ reason: 'waited', waitMs: 130 }),
      expect.objectContaining({ reason: 'waited', waitMs: 130 }),
    ])
    expect(own.state()).toMatchObject({ inFlight: 1, depth: 0 })
    expect(await eventsOf(free)).toEqual([])
    await finish('alive')
    expect(alive.outcome).toEqual({ result: { content: [] } })
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })

  it('goes to nobody whose deadline has passed', async () => {
    const { own, send, block, free, finish, started } = blockable({})
    send('runs')
    const dead = send('dead', 100)
    const alive = send('alive', 500)
    block(200)
    await finish('runs')
    expect(started()).toEqual(['runs', 'alive'])
    expect(errorOf(dead)?.code).toBe('ERR_DEADLINE')
    await free()
    await finish('alive')
    expect(alive.outcome).toEqual({ result: { content: [] } })
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })

  it('is there for who comes next when all who waited are too late', async () => {
    const { own, clock, send, block, free, finish, started } = blockable({ maxWaitMs: 100 })
    send('runs')
    const dead = Array.from({ length: 5 }, () => send('dead'))
    block(150)
    await finish('runs')
    expect(dead.map((one) => errorOf(one)?.code)).toEqual(dead.map(() => 'ERR_QUEUE_FULL'))
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
    expect(clock.timers).toBe(0)
    send('next')
    await free()
    expect(started()).toEqual(['runs', 'next'])
  })

  it.each([{ discipline: 'lifo' }, { discipline: 'adaptive', targetMs: 20, intervalMs: 100 }] as const)(
    'goes to nobody who has lost patience meanwhile, whoever goes first (%j)',
    async (options) => {
      const { own, send, block, free, finish, started } = blockable({ maxWaitMs: 100, ...options })
      send('runs')
      const dead = [send('dead'), send('dead')]
      block(200)
      const alive = send('alive')
      await finish('runs')
      await free()
      await finish('alive')
      expect(started()).toEqual(['runs', 'alive'])
      expect(dead.map((one) => errorOf(one)?.code)).toEqual(['ERR_QUEUE_FULL', 'ERR_QUEUE_FULL'])
      expect(alive.outcome).toEqual({ result: { content: [] } })
      expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
    },
  )

  it('of a tool or of a principal goes to nobody who is too late, either', async () => {
    const { own, send, block, free, finish, started } = blockable({
      maxConcurrent: 5,
      perTool: 1,
      perPrincipal: 3,
      maxWaitMs: 100,
    })
    send('a')
    const dead = send('a')
    block(150)
    const alive = send('a')
    await finish('a')
    expect(errorOf(dead)?.code).toBe('ERR_QUEUE_FULL')
    expect(started()).toEqual(['a', 'a'])
    await free()
    await finish('a')
    expect(alive.outcome).toEqual({ result: { content: [] } })
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })
})

describe('a wake-up that comes late', () => {
  it('refuses who has waited for too long, starts nobody twice, and wakes for the others again', async () => {
    const { own, clock, send, block, free, finish, started } = blockable({ maxWaitMs: 100 })
    send('runs')
    const dead = send('dead')
    block(90)
    const alive = send('alive')
    block(60)
    await free()
    expect(errorOf(dead)?.code).toBe('ERR_QUEUE_FULL')
    expect(alive.outcome).toBe('open')
    clock.advance(100)
    await settle()
    expect(errorOf(alive)?.code).toBe('ERR_QUEUE_FULL')
    await finish('runs')
    expect(started()).toEqual(['runs'])
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
    expect(clock.timers).toBe(0)
  })

  it('takes the slot of a handler that goes on after its call was cancelled, for one who may still wait', async () => {
    const { own, send, block, free, finish, started } = blockable({ maxWaitMs: 5000, graceMs: 1000 })
    const gone = send('hangs')
    const dead = send('dead')
    gone.call.abort('gone')
    // It is seen to go on at the first look, and looked at again only when the loop is free.
    await free()
    block(100)
    await free()
    block(4950)
    const alive = send('alive')
    await free()
    expect(errorOf(dead)?.code).toBe('ERR_QUEUE_FULL')
    expect(started()).toEqual(['hangs', 'alive'])
    await finish('hangs', 'gone')
    await finish('alive')
    expect(alive.outcome).toEqual({ result: { content: [] } })
    expect(own.state()).toMatchObject({ inFlight: 0, depth: 0 })
  })
})
