import { describe, expect, it } from 'vitest'
import { settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

const known = async (options: QueueOptions, ...names: readonly string[]): Promise<World> => {
  const world = worldOf(queue({ maxConcurrent: 4, discipline: 'fifo', ...options }))
  for (const name of names) {
    for (let n = 0; n < 40; n += 1) {
      await world.sendAll(name)
      world.clock.advance(10)
      await world.finish(name)
    }
  }
  return world
}

/** How often the tool has been started since its times are known. */
const startsOf = (world: World, tool: string): number => world.started.filter((name) => name === tool).length - 40

const names = (count: number, name: string): string[] => Array.from({ length: count }, () => name)

describe('a tool that hangs', () => {
  it('has at most half of the slots, as long as it hangs', async () => {
    const world = await known({}, 'search', 'hangs')
    await world.sendAll(...names(8, 'hangs'))
    world.clock.advance(400)
    for (let n = 0; n < 2; n += 1) await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(4)
    for (let n = 0; n < 20; n += 1) {
      await world.sendAll('search')
      await world.finish('search')
    }
    expect([startsOf(world, 'search'), startsOf(world, 'hangs')]).toEqual([20, 4])
    await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(5)
  })

  it('has as many slots as others again when it does not any more', async () => {
    const world = await known({}, 'search', 'hangs')
    await world.sendAll(...names(8, 'hangs'))
    world.clock.advance(400)
    for (let n = 0; n < 4; n += 1) await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(6)
    world.clock.advance(100)
    await settle()
    expect(startsOf(world, 'hangs')).toBe(8)
  })

  it('has the share of another that hangs no more, at once', async () => {
    const world = await known({ maxConcurrent: 8 }, 'hangs', 'stops')
    await world.sendAll(...names(4, 'hangs'), ...names(4, 'stops'), ...names(4, 'hangs'))
    world.clock.advance(400)
    for (const name of [...names(4, 'stops'), ...names(2, 'hangs')]) await world.finish(name, new Error('gave up'))
    // Two hang in a quarter of the slots, though six are free.
    expect(startsOf(world, 'hangs')).toBe(4)
    world.clock.advance(100)
    await settle()
    expect(startsOf(world, 'hangs')).toBe(6)
  })

  it('has all of them where there is no other', async () => {
    const alone = await known({}, 'hangs')
    await alone.sendAll(...names(6, 'hangs'))
    alone.clock.advance(60_000)
    await alone.finish('hangs', new Error('gave up'))
    expect(startsOf(alone, 'hangs')).toBe(5)
  })

  it('has half of them after a second where none of its calls has ever ended', async () => {
    const world = await known({}, 'search')
    await world.sendAll(...names(6, 'hangs'))
    world.clock.advance(900)
    await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(5 - 40)
    world.clock.advance(2100)
    await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(5 - 40)
  })

  // One call in eight is timed where somebody has said how many may run.
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('is seen whichever of its calls was timed when it started (%d)', async (before) => {
    const world = await known({}, 'search', 'hangs')
    for (let n = 0; n < before; n += 1) {
      await world.sendAll('search')
      await world.finish('search')
    }
    await world.sendAll(...names(4, 'hangs'), 'search')
    world.clock.advance(600)
    await world.sendAll(...names(4, 'hangs'))
    for (let n = 0; n < 2; n += 1) await world.finish('hangs', new Error('gave up'))
    await world.finish('search')
    expect(startsOf(world, 'hangs')).toBe(4)
    await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(5)
  })

  it('holds nobody up for long where the limit finds itself: slots of what hangs are written off', async () => {
    const world = await known({ maxConcurrent: { initial: 4, min: 4, max: 4 } }, 'search', 'hangs')
    await world.sendAll(...names(4, 'hangs'), 'search')
    expect(startsOf(world, 'search')).toBe(0)
    world.clock.advance(400)
    await settle()
    expect(startsOf(world, 'search')).toBe(1)
    for (let n = 0; n < 20; n += 1) {
      await world.finish('search')
      await world.sendAll('search', 'hangs')
    }
    expect([startsOf(world, 'search'), startsOf(world, 'hangs')]).toEqual([21, 4])
    for (let n = 0; n < 4; n += 1) await world.finish('hangs', new Error('gave up'))
    await world.finish('search')
    // All slots count again.
    await world.sendAll(...names(4, 'search'))
    expect([startsOf(world, 'search'), startsOf(world, 'hangs')]).toEqual([23, 6])
  })

  it('has what its owner gave it, where that is said', async () => {
    const world = await known({ perTool: { hangs: 3 } }, 'search', 'hangs')
    await world.sendAll(...names(6, 'hangs'))
    world.clock.advance(60_000)
    await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(4)
  })
})
