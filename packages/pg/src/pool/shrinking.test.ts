import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrive, heldPool, turn, want } from '../fixtures/heldSource.ts'
import type { HeldPool, Wanting } from '../fixtures/heldSource.ts'

/** Opens that many, and gives back all but some. */
const used = async (world: HeldPool, count: number, kept = 0): Promise<Wanting[]> => {
  const wanting = Array.from({ length: count }, () => want(world.pool))
  await arrive(world)
  for (const { member } of wanting.slice(kept)) world.pool.give(member!, true)
  return wanting
}

describe('a pool that is told to hold less', () => {
  it('closes what nobody uses, what was used longest ago first, and leaves the rest to who has it', async () => {
    const world = heldPool({ max: 4 })
    const [busy] = await used(world, 4, 1)
    world.pool.shrinkTo(0.5)
    expect(world.closed).toEqual([{ id: 1, reason: 'resized', isInUse: false }])
    world.pool.shrinkTo(0)
    expect(world.pool.numbers).toMatchObject({ size: 1, idle: 0, limit: 4 })
    world.pool.give(busy!.member!, true)
    expect(world.pool.numbers).toMatchObject({ size: 0, idle: 0 })
  })

  it('still opens as many as are wanted, and closes them when they come back', async () => {
    const world = heldPool({ max: 4 })
    world.pool.shrinkTo(0.25)
    await used(world, 4)
    expect(world.pool.numbers).toMatchObject({ size: 1, idle: 1 })
    expect(want(world.pool).id).toBe(3)
  })

  it('hands over what comes back when somebody waits for it', async () => {
    const world = heldPool({ max: 1 })
    world.pool.shrinkTo(0)
    const [first] = await used(world, 1, 1)
    const second = want(world.pool)
    world.pool.give(first!.member!, true)
    expect(second.id).toBe(0)
  })

  it('keeps fewer open than it is to, until it may', async () => {
    const world = heldPool({ min: 2, max: 4 })
    void world.pool.warm()
    await arrive(world)
    world.pool.shrinkTo(0.25)
    expect(world.pool.numbers).toMatchObject({ size: 1, idle: 1 })
    world.pool.shrinkTo(0)
    expect([world.pool.numbers.size, world.opening.length]).toEqual([0, 0])
    world.pool.shrinkTo(1)
    await arrive(world)
    expect(world.pool.numbers).toMatchObject({ size: 2, idle: 2 })
  })

  it('never has more idle than it may, and serves whoever waits', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('shrink' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.constant({ kind: 'want' as const, share: 0 }),
      fc.constant({ kind: 'give' as const, share: 0 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = heldPool({ min: 2, max: 5, maxWaiting: Infinity })
        const wanting: Wanting[] = []
        let share = 1
        for (const one of steps) {
          if (one.kind === 'want') wanting.push(want(world.pool))
          else if (one.kind === 'shrink') world.pool.shrinkTo((share = one.share))
          else {
            const served = wanting.findIndex(({ member }) => member !== undefined)
            if (served >= 0) world.pool.give(wanting.splice(served, 1)[0]!.member!, true)
          }
          await arrive(world)
          expect(world.pool.numbers.idle).toBeLessThanOrEqual(Math.floor(share * 5))
          expect(wanting.filter(({ member }) => member !== undefined).length).toBe(Math.min(5, wanting.length))
        }
        const closing = world.pool.close(0)
        await turn()
        await arrive(world)
        world.clock.advance(1)
        await closing
        expect(world.things.every(({ isClosed }) => isClosed)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
