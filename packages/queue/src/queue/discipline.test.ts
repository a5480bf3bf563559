import { describe, expect, it } from 'vitest'
import { errorOf, settle, worldOf } from '../fixtures/world.ts'
import type { World } from '../fixtures/world.ts'
import { queue } from '../index.ts'
import type { QueueOptions } from '../index.ts'

const crowded = async (options: QueueOptions): Promise<World> => {
  const world = worldOf(queue({ maxConcurrent: 1, ...options }))
  await world.sendAll('a', 'b', 'c', 'd')
  return world
}

const order = async (world: World): Promise<readonly string[]> => {
  for (let at = 0; at < world.started.length; at += 1) await world.finish(world.started[at]!)
  return world.started
}

describe('who goes first', () => {
  it('is who came first, with fifo and while the queue keeps up', async () => {
    expect(await order(await crowded({ discipline: 'fifo' }))).toEqual(['a', 'b', 'c', 'd'])
    expect(await order(await crowded({}))).toEqual(['a', 'b', 'c', 'd'])
  })

  it('is who came last, with lifo', async () => {
    expect(await order(await crowded({ discipline: 'lifo' }))).toEqual(['a', 'd', 'c', 'b'])
  })

  it('is who came last, once calls have waited for the interval without a break', async () => {
    const world = await crowded({ targetMs: 60, intervalMs: 50 })
    world.clock.advance(49)
    await world.finish('a')
    expect(world.started).toEqual(['a', 'b'])
    await world.sendAll('e')
    world.clock.advance(50)
    await world.sendAll('f')
    await world.finish('b')
    expect(world.started).toEqual(['a', 'b', 'f'])
  })

  it('is who came first again as soon as there is a free slot', async () => {
    const world = await crowded({ targetMs: 60, intervalMs: 50 })
    world.clock.advance(50)
    await settle()
    for (const name of ['a', 'b', 'c', 'd']) if (world.started.includes(name)) await world.finish(name)
    while (world.started.length < 4) await world.finish(world.started.at(-1)!)
    await world.finish(world.started.at(-1)!)
    await world.sendAll('g', 'h', 'i')
    await world.finish('g')
    expect(world.started.slice(-2)).toEqual(['g', 'h'])
  })

  it('stays who came first while some wait for less than the target', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, targetMs: 20, intervalMs: 100 }))
    await world.sendAll('a', 'b')
    for (let at = 0; at < 30; at += 1) {
      world.clock.advance(10)
      await world.sendAll('next')
      await world.finish(world.started.at(-1)!)
    }
    await world.sendAll('last')
    await world.finish(world.started.at(-1)!)
    expect(world.started.at(-1)).toBe('next')
    expect(world.started).toHaveLength(32)
  })

  it('is who came last when others wait for long, though who matters more starts at once', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, targetMs: 20, intervalMs: 100, priority: { pay: 'high' } }))
    await world.sendAll('a', 'long')
    for (let at = 0; at < 12; at += 1) {
      await world.sendAll('pay', 'long')
      world.clock.advance(10)
      await world.finish(world.started.at(-1)!)
    }
    await world.sendAll('older', 'newer')
    await world.finish('pay')
    expect(world.started.at(-1)).toBe('newer')
  })

  it('stays who came first when only a tool with a limit of its own keeps calls waiting', async () => {
    const world = worldOf(queue({ maxConcurrent: 2, perTool: { slow: 1 }, targetMs: 20, intervalMs: 100 }))
    await world.sendAll('slow', 'a', 'slow')
    world.clock.advance(20)
    for (let at = 0; at < 30; at += 1) {
      await world.sendAll('next', 'slow')
      world.clock.advance(10)
      await world.finish(world.started.at(-1)!)
    }
    await world.sendAll('older', 'newer')
    await world.finish('next')
    expect(world.started.at(-1)).toBe('older')
  })
})

describe('how long a call waits', () => {
  it.each<[string, QueueOptions, number]>([
    ['until it is given a limit', { maxWaitMs: 40, discipline: 'fifo' }, 40],
    ['for the interval at first', { targetMs: 20, intervalMs: 100 }, 100],
    ['for five times the target when no interval is given', { targetMs: 30 }, 150],
    ['no longer than the limit, whatever the interval', { targetMs: 20, intervalMs: 100, maxWaitMs: 10 }, 10],
  ])('is %s', async (_, options, ms) => {
    const world = await crowded(options)
    world.clock.advance(ms - 1)
    const [, second] = await world.sendAll()
    expect(second).toBeUndefined()
    expect(world.clock.timers).toBe(1)
    world.clock.advance(1)
    await settle()
    expect(world.clock.timers).toBe(0)
    await world.finish('a')
    expect(world.started).toEqual(['a'])
  })

  it('is for the target once there is more work than can be done', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, targetMs: 20, intervalMs: 100 }))
    await world.sendAll('a', 'b')
    world.clock.advance(100)
    const [sent] = await world.sendAll('c')
    world.clock.advance(80)
    const [later] = await world.sendAll('d')
    world.clock.advance(20)
    await settle()
    expect(errorOf(sent!)?.message).toContain('it waited too long for others to finish')
    expect(later!.outcome).not.toBe('open')
  })

  it('is not limited beside calls of which nothing is known yet', async () => {
    const world = await crowded({})
    world.clock.advance(60_000)
    expect(await order(world)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('grows with what calls of its class take', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    await world.sendAll('slow')
    world.clock.advance(2000)
    await world.finish('slow')
    const [, waiting] = await world.sendAll('slow', 'slow')
    world.clock.advance(19_999)
    await settle()
    expect(waiting!.outcome).toBe('open')
    world.clock.advance(1)
    await settle()
    expect(errorOf(waiting!)?.code).toBe('ERR_QUEUE_FULL')
  })
})

describe('a deadline', () => {
  it('lets a call wait for a quarter of the time that it has, when calls take long', async () => {
    const world = worldOf(queue({ maxConcurrent: 1 }))
    await world.sendAll('slow')
    world.clock.advance(1000)
    await world.finish('slow')
    await world.sendAll('slow')
    const waiting = world.send({ target: 'slow', deadline: world.clock.now() + 5000 })
    world.clock.advance(999)
    await settle()
    expect(waiting.outcome).toBe('open')
    world.clock.advance(1)
    await settle()
    expect(errorOf(waiting)?.code).toBe('ERR_QUEUE_FULL')
  })

  it('ends the wait when it could not be kept any more', async () => {
    const world = worldOf(queue({ maxConcurrent: 1, discipline: 'fifo' }))
    await world.sendAll('search')
    world.clock.advance(30)
    await world.finish('search')
    await world.sendAll('search')
    const waiting = world.send({ target: 'search', deadline: 130 })
    world.clock.advance(69)
    await settle()
    expect(waiting.outcome).toBe('open')
    world.clock.advance(1)
    await settle()
    const error = errorOf(waiting)!
    expect([error.name, error.code]).toEqual(['DeadlineError', 'ERR_DEADLINE'])
    expect(error.message).toMatch(
      /^tools\/call search was not started because it could not have been answered before its deadline/,
    )
  })

  it('is never started for when it comes too late to be kept', async () => {
    const world = worldOf(queue({ maxConcurrent: 2 }))
    await world.sendAll('search')
    world.clock.advance(30)
    await world.finish('search')
    await world.sendAll('search')
    const late = world.send({ target: 'search', deadline: 59 })
    const inTime = world.send({ target: 'search', deadline: 60 })
    await settle()
    expect(errorOf(late)?.code).toBe('ERR_DEADLINE')
    expect(inTime.outcome).toBe('open')
  })

  it('is tried for a class of which nothing runs, however slow it was', async () => {
    const world = worldOf(queue({ maxConcurrent: 2 }))
    await world.sendAll('search')
    world.clock.advance(10_000)
    await world.finish('search')
    const hopeful = world.send({ target: 'search', deadline: 10_100 })
    await settle()
    expect(hopeful.outcome).toBe('open')
    const passed = world.send({ target: 'other', deadline: 9999 })
    await settle()
    expect(errorOf(passed)?.code).toBe('ERR_DEADLINE')
  })
})
