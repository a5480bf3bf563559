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

  it('has all of them where there is no other, or where nothing is known of it yet', async () => {
    const alone = await known({}, 'hangs')
    await alone.sendAll(...names(6, 'hangs'))
    alone.clock.advance(60_000)
    await alone.finish('hangs', new Error('gave up'))
    expect(startsOf(alone, 'hangs')).toBe(5)
    const unknown = await known({}, 'search')
    await unknown.sendAll(...names(6, 'hangs'))
    unknown.clock.advance(60_000)
    await unknown.finish('hangs', new Error('gave up'))
    expect(startsOf(unknown, 'hangs')).toBe(5 - 40)
  })

  it('has what its owner gave it, where that is said', async () => {
    const world = await known({ perTool: { hangs: 3 } }, 'search', 'hangs')
    await world.sendAll(...names(6, 'hangs'))
    world.clock.advance(60_000)
    await world.finish('hangs', new Error('gave up'))
    expect(startsOf(world, 'hangs')).toBe(4)
  })
})
