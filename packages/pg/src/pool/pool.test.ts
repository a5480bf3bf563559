import { describe, expect, it } from 'vitest'
import { arrive, heldPool, turn, want } from '../fixtures/heldSource.ts'

describe('a pool', () => {
  it('opens a connection for who wants one, up to its limit', async () => {
    const world = heldPool({ max: 2 })
    const wanting = [want(world.pool), want(world.pool), want(world.pool)]
    expect(world.opening).toHaveLength(2)
    await arrive(world)
    expect(wanting.map(({ id }) => id)).toEqual([0, 1, undefined])
    expect(world.pool.numbers).toEqual({ pool: 'pool', limit: 2, size: 2, idle: 0, waiting: 1 })
  })

  it('hands a connection that is given back to who has waited longest', async () => {
    const world = heldPool({ max: 1 })
    const wanting = [want(world.pool), want(world.pool), want(world.pool)]
    await arrive(world)
    world.pool.give(wanting[0]!.member!, true)
    expect(wanting.map(({ id }) => id)).toEqual([0, 0, undefined])
  })

  it('serves who waits by whatever is free first, and keeps what comes later', async () => {
    const world = heldPool({ max: 2 })
    const first = want(world.pool)
    await arrive(world)
    const second = want(world.pool)
    expect(world.opening).toHaveLength(1)
    world.pool.give(first.member!, true)
    expect(second.id).toBe(0)
    await arrive(world)
    expect(world.pool.numbers).toMatchObject({ size: 2, idle: 1, waiting: 0 })
  })

  it('forgets those who leave the line, wherever they stand in it', async () => {
    const world = heldPool({ max: 1, waitMs: 100 })
    const holder = await opened(world)
    const [first, second] = [want(world.pool), want(world.pool, 10)]
    const last = want(world.pool)
    world.clock.advance(10)
    expect([first.code, second.code, last.code]).toEqual([undefined, 'ERR_POOL_EXHAUSTED', undefined])
    world.pool.give(holder.member!, true)
    world.pool.give(first.member!, true)
    expect(last.id).toBe(0)
    expect(world.clock.timers).toBe(0)
  })

  it('lets nobody overtake those who wait', async () => {
    const world = heldPool({ max: 1, probeAfterMs: 10 })
    world.pool.give((await opened(world)).member!, true)
    world.clock.advance(11)
    const early = want(world.pool)
    const late = want(world.pool)
    for (const probe of world.probing) probe.resolve()
    await turn()
    expect([early.id, late.id]).toEqual([0, undefined])
  })

  it('uses the one that was used last', async () => {
    const world = heldPool({ max: 2 })
    const [first, second] = [want(world.pool), want(world.pool)]
    await arrive(world)
    world.pool.give(second.member!, true)
    world.pool.give(first.member!, true)
    expect(want(world.pool).id).toBe(0)
  })

  it('refuses at once whom it has no room for', async () => {
    const world = heldPool({ max: 1, maxWaiting: 1 })
    await opened(world)
    const waiting = want(world.pool)
    const refused = want(world.pool)
    expect([waiting.code, refused.code]).toEqual([undefined, 'ERR_POOL_EXHAUSTED'])
    expect(world.pool.journal.tally).toMatchObject({ exhausted: 1 })
  })

  it('counts nobody as waiting for whom it can open a connection', async () => {
    const world = heldPool({ max: 3, maxWaiting: 0 })
    const wanting = [want(world.pool), want(world.pool), want(world.pool), want(world.pool)]
    expect(wanting.map(({ code }) => code)).toEqual([undefined, undefined, undefined, 'ERR_POOL_EXHAUSTED'])
  })

  it('refuses who has waited for too long, and leaves no timer behind for who has not', async () => {
    const world = heldPool({ max: 1, waitMs: 100 })
    const holder = await opened(world)
    const [hurried, patient] = [want(world.pool, 30), want(world.pool)]
    world.clock.advance(30)
    expect([hurried.code, patient.code]).toEqual(['ERR_POOL_EXHAUSTED', undefined])
    world.pool.give(holder.member!, true)
    expect(patient.id).toBe(0)
    expect(world.clock.timers).toBe(0)
    expect(world.pool.journal.tally).toMatchObject({ granted: 2, waited: 2, waitedMs: 30 })
  })

  it('forgets who stops waiting', async () => {
    const world = heldPool({ max: 1, waitMs: 100 })
    const holder = await opened(world)
    const left = { granted: () => expect.unreachable(), refused: () => expect.unreachable() }
    const place = world.pool.wait(left)!
    expect([world.pool.leave(place), world.pool.leave(place)]).toEqual([true, false])
    world.pool.give(holder.member!, true)
    world.clock.advance(1000)
    expect(world.pool.numbers).toMatchObject({ idle: 1, waiting: 0 })
  })

  it('takes nothing back twice', async () => {
    const world = heldPool({ max: 1 })
    const { member } = await opened(world)
    world.pool.give(member!, false)
    world.pool.give(member!, true)
    expect(world.pool.numbers).toMatchObject({ size: 0, idle: 0 })
    expect(world.closed).toEqual([{ id: 0, reason: 'broken', isInUse: true }])
  })

  it('grows when it may, and shrinks as connections come back', async () => {
    const world = heldPool({ max: 1 })
    const wanting = [want(world.pool), want(world.pool), want(world.pool)]
    await arrive(world)
    world.pool.resize(3)
    await arrive(world)
    expect(wanting.map(({ id }) => id)).toEqual([0, 1, 2])
    world.pool.give(wanting[0]!.member!, true)
    world.pool.resize(1)
    world.pool.resize(1)
    expect(world.closed).toEqual([{ id: 0, reason: 'resized', isInUse: false }])
    world.pool.give(wanting[1]!.member!, true)
    world.pool.give(wanting[2]!.member!, true)
    expect(world.pool.numbers).toMatchObject({ size: 1, idle: 1, limit: 1 })
  })

  it('closes when everything has come back, or its grace is over', async () => {
    const world = heldPool({ max: 3 })
    const [first, second] = [want(world.pool), want(world.pool)]
    await arrive(world)
    const third = want(world.pool)
    let isClosed = false
    const closing = world.pool.close(500).then(() => (isClosed = true))
    expect([third.code, want(world.pool).code]).toEqual(['ERR_POOL_CLOSED', 'ERR_POOL_CLOSED'])
    await arrive(world)
    world.pool.give(first.member!, true)
    await turn()
    expect(isClosed).toBe(false)
    world.clock.advance(500)
    await closing
    world.pool.give(second.member!, true)
    expect(world.things.every((thing) => thing.isClosed)).toBe(true)
    expect(world.clock.timers).toBe(0)
  })
})

/** The first connection, in use. */
const opened = async (world: ReturnType<typeof heldPool>) => {
  const wanting = want(world.pool)
  await arrive(world)
  return wanting
}
