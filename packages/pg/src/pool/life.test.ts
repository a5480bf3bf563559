import { describe, expect, it } from 'vitest'
import { arrive, heldPool, turn, want } from '../fixtures/heldSource.ts'
import type { HeldPool } from '../fixtures/heldSource.ts'

/** Opens that many and gives them back. */
const warmed = async (world: HeldPool, count: number): Promise<void> => {
  const wanting = Array.from({ length: count }, () => want(world.pool))
  await arrive(world)
  for (const { member } of wanting) world.pool.give(member!, true)
}

describe('connections of a pool', () => {
  it('are opened ahead, and as many are kept', async () => {
    const world = heldPool({ min: 2, max: 3, idleMs: 100 })
    const warm = world.pool.warm()
    await arrive(world)
    await warm
    await world.pool.warm()
    expect(world.pool.numbers).toMatchObject({ size: 2, idle: 2 })
    world.clock.advance(1000)
    expect(world.pool.numbers).toMatchObject({ size: 2, idle: 2 })
    world.things[0]!.lose(new Error('gone'))
    await arrive(world)
    expect(world.pool.numbers).toMatchObject({ size: 2, idle: 2 })
    expect(world.closed).toEqual([{ id: 0, reason: 'broken', isInUse: false }])
  })

  it('go when they were not used for long, down to as many as are kept', async () => {
    const world = heldPool({ min: 1, max: 3, idleMs: 100 })
    await warmed(world, 3)
    world.clock.advance(99)
    const used = want(world.pool)
    world.pool.give(used.member!, true)
    world.clock.advance(1)
    expect(world.closed.map(({ id, reason }) => [id, reason])).toEqual([
      [0, 'idle'],
      [1, 'idle'],
    ])
    world.clock.advance(1000)
    expect(world.pool.numbers).toMatchObject({ size: 1 })
  })

  it('go when they are too old, and are replaced when they are kept', async () => {
    const world = heldPool({ min: 1, max: 3, lifetimeMs: 1000 })
    await warmed(world, 1)
    const used = want(world.pool)
    world.clock.advance(1000)
    expect(world.closed).toEqual([])
    world.pool.give(used.member!, true)
    expect(world.closed).toEqual([{ id: 0, reason: 'lifetime', isInUse: true }])
    await arrive(world)
    world.clock.advance(1000)
    expect(world.closed).toHaveLength(2)
    await arrive(world)
    expect(world.pool.numbers).toMatchObject({ size: 1, idle: 1 })
  })

  it('go when they were used often enough', async () => {
    const world = heldPool({ max: 1, maxUses: 2 })
    await warmed(world, 1)
    world.pool.give(want(world.pool).member!, true)
    expect(world.closed).toEqual([{ id: 0, reason: 'uses', isInUse: true }])
    const next = want(world.pool)
    await arrive(world)
    expect(next.id).toBe(1)
  })

  it('are asked whether they live when they were not used for long', async () => {
    const world = heldPool({ max: 3, probeAfterMs: 100 })
    await warmed(world, 1)
    world.clock.advance(100)
    world.pool.give(want(world.pool).member!, true)
    expect(world.probing).toHaveLength(0)
    world.clock.advance(101)
    const wanting = want(world.pool)
    expect([wanting.id, world.probing.length]).toEqual([undefined, 1])
    world.probing[0]!.resolve()
    await turn()
    expect(wanting.id).toBe(0)
  })

  it('that do not answer take with them those that were silent for as long', async () => {
    const world = heldPool({ max: 3, probeAfterMs: 100 })
    await warmed(world, 2)
    world.clock.advance(101)
    const wanting = want(world.pool)
    world.probing[0]!.reject(new Error('silent'))
    await turn()
    expect(world.closed.map(({ reason }) => reason)).toEqual(['broken', 'broken'])
    await arrive(world)
    expect(wanting.id).toBe(2)
  })
})

describe('a pool whose database takes no connection', () => {
  it('tells all who wait, by one attempt at a time', async () => {
    const world = heldPool({ max: 5 })
    const first = [want(world.pool), want(world.pool)]
    expect(world.opening).toHaveLength(2)
    const error = new Error('refused')
    for (const one of world.opening.splice(0)) one.reject(error)
    await turn()
    expect(first.map(({ code }) => code)).toEqual(['ERR_DATABASE_UNAVAILABLE', 'ERR_DATABASE_UNAVAILABLE'])
    expect(first[0]?.error).toMatchObject({ cause: error })
    expect(world.pool.isDown).toBe(true)
    const second = [want(world.pool), want(world.pool), want(world.pool)]
    expect(world.opening).toHaveLength(1)
    await arrive(world)
    expect(second[0]?.id).toBe(0)
    expect(world.pool.isDown).toBe(false)
    await arrive(world)
    expect(second.map(({ id }) => id)).toEqual([0, 1, 2])
  })

  it('lets those who wait have what there is, and does not ask again at once', async () => {
    const world = heldPool({ max: 5 })
    const holder = want(world.pool)
    await arrive(world)
    const waiting = want(world.pool)
    world.opening.splice(0)[0]!.reject(new Error('too many connections'))
    await turn()
    const another = want(world.pool)
    expect(world.opening).toHaveLength(0)
    world.pool.give(holder.member!, true)
    expect([waiting.id, another.code]).toEqual([0, undefined])
    world.clock.advance(101)
    const third = want(world.pool)
    await arrive(world)
    expect([another.id, third.id]).toEqual([1, 2])
  })

  it('goes on trying to open what is kept, after longer and longer pauses', async () => {
    const world = heldPool({ min: 1, max: 5 })
    const warm = world.pool.warm()
    const pauses: number[] = []
    for (let attempt = 0; attempt < 9; attempt += 1) {
      world.opening.splice(0)[0]!.reject(new Error('refused'))
      await turn()
      const failedAt = world.clock.now()
      while (world.opening.length === 0) world.clock.advance(1)
      pauses.push(world.clock.now() - failedAt)
    }
    await warm
    for (const [index, pause] of pauses.entries()) {
      const most = Math.min(10_000, 100 * 2 ** index)
      expect(pause).toBeGreaterThanOrEqual(most * 0.75)
      expect(pause).toBeLessThanOrEqual(most + 1)
    }
    await arrive(world)
    expect(world.pool.numbers).toMatchObject({ size: 1, idle: 1 })
    expect(world.pool.pauseMs).toBe(0)
  })

  it('says how long it is left alone', async () => {
    const world = heldPool()
    want(world.pool)
    world.opening.splice(0)[0]!.reject(new Error('refused'))
    await turn()
    expect(world.pool.pauseMs).toBeGreaterThan(70)
    world.clock.advance(100)
    expect(world.pool.pauseMs).toBe(0)
  })
})
